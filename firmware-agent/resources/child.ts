import { type SpawnOptions, spawn } from 'node:child_process';

/** Makes a child by calling `make`, once, and gives what that returns. */
type Maker = <T>(make: () => T) => T;

let makeBy: Maker = (make) => make();

/** Says how the agent's children are made from now on: they inherit what this process is at that moment. */
export function makeChildrenBy(maker: Maker): void {
  makeBy = maker;
}

/** `spawn` of Node, for all that the agent starts: the child is an ordinary process, whatever the agent is. */
export const spawnChild = ((file: string, args: readonly string[], options: SpawnOptions) =>
  makeBy(() => spawn(file, args, options))) as typeof spawn;
