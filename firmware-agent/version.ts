import manifest from '../package.json' with { type: 'json' };

/** Set by the bundler; absent when the sources run as they are. */
declare const __VERSION__: string | undefined;

/** This agent's version, as in package.json. */
export const version: string = typeof __VERSION__ === 'string' ? __VERSION__ : manifest.version;
