import { existsSync, readdirSync, readFileSync } from 'node:fs';

const limit = 2000;

/**
 * The paths of the serial ports of this machine, sorted; empty where none can be found. Never rejects, and answers within
 * two seconds.
 */
export async function listSerialPorts(): Promise<string[]> {
  return (await fromUdev().catch(fromKernel)).sort();
}

/** The list of the `serialport` package, which asks udevadm. */
async function fromUdev(): Promise<string[]> {
  const { SerialPort } = await import('serialport');
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('udevadm does not answer')), limit);
  });
  try {
    const ports = await Promise.race([SerialPort.list(), tooLate]);
    return ports.map((port) => port.path);
  } finally {
    clearTimeout(timer);
  }
}

/** Small appliances have no udev: the kernel's own list, without the UARTs that it only reserves numbers for. */
function fromKernel(): string[] {
  const root = '/sys/class/tty';
  const names = existsSync(root) ? readdirSync(root) : [];
  return names
    .filter((name) => existsSync(`${root}/${name}/device/driver`) && !isReserved(`${root}/${name}/type`))
    .map((name) => `/dev/${name}`);
}

function isReserved(typeFile: string): boolean {
  return existsSync(typeFile) && readFileSync(typeFile, 'utf8').trim() === '0';
}
