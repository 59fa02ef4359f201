import { ConsolePort } from '../../../firmware-agent/console-port.ts';

/** A console port in a process of its own, for which lines.c stands in for the modem lines. It tells its log. */
const [path = ''] = process.argv.slice(2);
const menu = 'echo menu; while read -r line; do echo "did $line"; done';
const port = new ConsolePort({
  path,
  baud: 115_200,
  node: 'nodea',
  command: ['/bin/sh', '-c', menu],
  log: (level, text) => void process.stdout.write(`${level}: ${text}\n`),
});
process.once('SIGTERM', () => void port.close());
