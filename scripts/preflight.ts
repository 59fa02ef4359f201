import { errorText } from '../hw/error.ts';
import { make } from './build/make.ts';
import { hostArchitecture, targetFor } from './build/target.ts';
import { prepareTestRunner } from './build/test-runner.ts';
import { demandNetworkTools } from './build/tools.ts';

// What `npm test` needs before its first test: network namespaces, this machine's executable, a fitted test runner.
try {
  await demandNetworkTools();
  await make({ target: targetFor(hostArchitecture()), runtime: null, ifStale: true });
  await prepareTestRunner();
} catch (error) {
  console.error(`test: ${errorText(error)}`);
  process.exitCode = 1;
}
