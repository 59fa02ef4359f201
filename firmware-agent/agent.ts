import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openArp } from '../hw/arp.ts';
import { monotonic } from '../hw/clock.ts';
import { addAddress, listAddresses, removeAddress } from '../hw/netlink.ts';
import { listSerialPorts } from '../hw/serial.ts';
import { openSyslog } from '../hw/syslog.ts';
import { Alarms } from './alarm/alarms.ts';
import { Bell } from './alarm/bell.ts';
import { Cables } from './cables.ts';
import type { Config } from './config/config.ts';
import { formatDiagnostic } from './config/diagnostic.ts';
import { loadConfig } from './config/load.ts';
import { systemProbe } from './config/probe.ts';
import type { Directories } from './console/command-context.ts';
import type { Answer, ControlHandlers, ResourceSet } from './console/control-protocol.ts';
import { type ControlServer, startControlServer } from './console/control-server.ts';
import { statusReport } from './console/status-report.ts';
import type { Action } from './core/action.ts';
import { coreSettings } from './core-settings.ts';
import { DiskLocks } from './disk-locks.ts';
import { Fencer } from './fencing/fencer.ts';
import { keepGeneration, loadUuid, nextGeneration } from './identity.ts';
import { type Happening, Life } from './life.ts';
import { LoadAverage } from './load-average.ts';
import type { LockHappening } from './lock-happening.ts';
import { Logger } from './log/logger.ts';
import { mediaLines } from './media-lines.ts';
import { PingNodes } from './ping-nodes.ts';
import { reloadKeys } from './reload.ts';
import { ResourceManager } from './resources/groups.ts';
import type { Log } from './resources/log.ts';
import { beSoleAgent } from './sole-agent.ts';
import { version } from './version.ts';
import { WatchdogGuard } from './watchdog-guard.ts';
import { Composer } from './wire/compose.ts';
import { History } from './wire/history.ts';

/** Hops that a message may make are counted from the nodes, ping nodes included (spec wire.md 4). */
const pairSize = 2;

/** An operator who waits for the end of a movement. */
interface Waiting {
  readonly progress: (text: string) => void;
  readonly answer: (answer: Answer) => void;
}

/**
 * Runs the agent until it is told to stop. Resolves with the exit code: 0 after an orderly stop, 1 where it
 * could not start (the reason is on stderr).
 */
export async function runAgent(given: Directories): Promise<number> {
  const directories = absolute(given);
  const serialPorts = await listSerialPorts();
  const { config, diagnostics } = loadConfig({
    directory: directories.configDir,
    node: directories.node,
    probe: systemProbe(serialPorts),
  });
  for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic)}\n`);
  if (!config) {
    process.stderr.write('Heartbeat not started: configuration error.\n');
    return 1;
  }
  const agent = new Agent(config, directories, serialPorts);
  try {
    await agent.start();
  } catch (error) {
    process.stderr.write(
      `twinbeat: not started: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
  return agent.ended;
}

/** Scripts run elsewhere, and the agent may be told to. */
function absolute(given: Directories): Directories {
  const { configDir, stateDir, runDir } = given;
  return { ...given, configDir: resolve(configDir), stateDir: resolve(stateDir), runDir: resolve(runDir) };
}

/** The one place where the core meets the hardware: events in, actions out. */
class Agent {
  readonly ended: Promise<number>;
  #config: Config;
  readonly #directories: Directories;
  readonly #serialPorts: readonly string[];
  readonly #logger: Logger;
  readonly #load = new LoadAverage();
  readonly #resources: ResourceManager;
  readonly #alarms: Alarms;
  readonly #fencer: Fencer;
  #locks: DiskLocks | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #nextCommand = 1;
  #end: (code: number) => void = () => {};
  #uuid: Uint8Array = new Uint8Array(16);
  #generation = 0;
  #life: Life | null = null;
  #composer: Composer | null = null;
  #history = new History();
  #cables: Cables | null = null;
  #pings: PingNodes | null = null;
  #watchdog: WatchdogGuard | null = null;
  #claim: Server | null = null;
  #control: ControlServer | null = null;
  #rebirth: NodeJS.Timeout | undefined;
  /** Between two lives this node serves nothing and is well: the watchdog must not reset it. */
  #breath: NodeJS.Timeout | undefined;
  /** What the media said of themselves last. */
  readonly #mediumFaults = new Map<string, string | null>();

  constructor(config: Config, directories: Directories, serialPorts: readonly string[]) {
    this.#config = config;
    this.#serialPorts = serialPorts;
    this.#directories = directories;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#logger = new Logger({
      node: config.self,
      targets: config.log,
      openSyslog: (facility, ident) => openSyslog({ facility, ident }),
    });
    const log: Log = (level, text) => this.#logger.log(level, text);
    this.#alarms = new Alarms({
      commands: config.defences.alarms,
      node: config.self,
      peer: config.peer,
      log,
      bell: config.bell === null ? undefined : new Bell({ device: config.bell, log }),
    });
    this.#fencer = new Fencer({ devices: config.fencing, self: config.self, peer: config.peer, log });
    this.#resources = new ResourceManager({
      self: config.self,
      groups: config.groups,
      configDir: directories.configDir,
      stateDir: directories.stateDir,
      logTargets: config.log,
      hardware: { addAddress, removeAddress, listAddresses, openArp },
      log,
      rival: ({ key, address, mac }) => this.#life?.happen({ kind: 'rival', key, address, mac }),
    });
  }

  /** Rejects where another agent runs on the same run directory, or that cannot be used. */
  async start(): Promise<void> {
    const log = this.#logger;
    mkdirSync(this.#directories.runDir, { recursive: true });
    this.#claim = await beSoleAgent(this.#config.self);
    this.#control = await startControlServer({
      runDir: this.#directories.runDir,
      handlers: this.#handlers(),
      report: (text) => log.log('WARN', text),
    });
    log.log('info', '**************************');
    log.log('info', `Configuration validated. Starting heartbeat ${version}`);
    const warn = (text: string) => log.log('WARN', text);
    this.#uuid = loadUuid(this.#directories.stateDir, warn);
    this.#watchSignals();
    this.#resources.clearLeftovers();
    const { watchdog, deadtime } = this.#config;
    if (watchdog !== undefined) {
      this.#watchdog = new WatchdogGuard(watchdog, deadtime, {
        log: (level, text) => log.log(level, text),
        changed: (fault) =>
          this.#alarms.raise({
            kind: 'watchdog-not-armed',
            level: fault === null ? 'cleared' : 'warning',
            text: fault === null ? `${watchdog} works again.` : `${watchdog}: ${fault}`,
            facts: {},
          }),
      });
    }
    this.#watchLocks();
    this.#openMedia();
    // Media tell what is wrong with them a turn later.
    await nextTurn();
    await nextTurn();
    await this.#refuseIfDeaf();
    this.#beginLife();
  }

  /** They are watched from the start, so that what a dead peer left is over as soon as it may be. */
  #watchLocks(): void {
    const { lock } = this.#config;
    if (lock === null) return;
    const tell = (happening: LockHappening): void => {
      if (happening.news === 'lost') this.#life?.happenFirst(happening);
      else this.#life?.happen(happening);
    };
    this.#locks = new DiskLocks(this.#config, {
      lock,
      log: (level, text) => this.#logger.log(level, text),
      tell,
    });
  }

  #openMedia(): void {
    const { media, messageFormat, keys, pings } = this.#config;
    for (const line of mediaLines(this.#config)) this.#logger.log('info', line);
    this.#cables = new Cables(media, messageFormat, keys, {
      received: (link, message) => this.#life?.happen({ kind: 'receive', link, message }),
      refused: (link, reason, detail) => this.#life?.happen({ kind: 'refuse', link, reason, detail }),
      faulted: (link, fault) => {
        this.#mediumFaults.set(link, fault);
        this.#life?.happen({ kind: 'medium', link, fault });
      },
    });
    this.#pings = new PingNodes(pings, keys, {
      answered: (link, message) => this.#life?.happen({ kind: 'receive', link, message }),
      faulted: (name, fault) => {
        if (fault === null) this.#logger.log('info', `ping ${name} works again.`);
        else this.#logger.log('WARN', `ping ${name}: ${fault}`);
      },
    });
  }

  /**
   * A port that another program has, or that this user may not have, does not come by waiting: an agent that started all
   * the same would hear nobody and take everything.
   */
  async #refuseIfDeaf(): Promise<void> {
    for (const [name, fault] of this.#mediumFaults) {
      const mend = fault?.includes('EADDRINUSE')
        ? 'another program has the UDP port: is Heartbeat, or another agent, still running?'
        : fault && /EACCES|EPERM/.test(fault)
          ? 'this takes root'
          : null;
      if (mend === null) continue;
      this.#watchdog?.disarm();
      this.#locks?.stop();
      await Promise.all([this.#control?.close(), this.#cables?.close(), this.#pings?.close()]);
      throw new Error(`${name} does not work: ${fault}; ${mend}`);
    }
  }

  #beginLife(): void {
    clearInterval(this.#breath);
    const config = this.#config;
    const warn = (text: string) => this.#logger.log('WARN', text);
    const generation = nextGeneration(this.#directories.stateDir, this.#generation, warn);
    this.#generation = generation.number;
    this.#logger.log('info', `Heartbeat generation: ${this.#generation}`);
    this.#history = new History();
    this.#composer = new Composer({
      node: config.self,
      uuid: this.#uuid,
      generation: this.#generation,
      ttl: pairSize + config.pings.length + config.hopFudge,
    });
    const life = new Life(
      coreSettings(config, this.#uuid, generation),
      monotonic,
      (action) => this.#carryOut(life, action),
      () => this.#locks?.check(),
    );
    this.#life = life;
    life.happen({ kind: 'start' });
    for (const [link, fault] of this.#mediumFaults) {
      if (fault !== null) life.happen({ kind: 'medium', link, fault });
    }
    for (const fault of this.#locks?.faults() ?? []) life.happen(fault);
  }

  #carryOut(life: Life, action: Action): void {
    switch (action.do) {
      case 'send':
        this.#send(action);
        break;
      case 'resend': {
        const message = this.#history.get(action.seq);
        // Old heartbeats tell nothing but that they are old: one at most waits on a slow line.
        if (message) this.#cables?.send(message, message.text('t') === 'status' ? 'old status' : undefined);
        break;
      }
      case 'learn':
        this.#composer?.learn(this.#config.peer, Buffer.from(action.uuid, 'hex'));
        break;
      case 'generation':
        this.#raiseGeneration(action.generation);
        break;
      case 'acquire':
      case 'release':
        this.#resources[action.do]({ set: action.set, key: action.key }, ({ failed }) =>
          life.happen({ kind: 'finished', job: action.job, failed }),
        );
        break;
      case 'announce':
        this.#resources.announce();
        break;
      case 'look':
        this.#resources.look({ set: action.set, key: null }, (sight) =>
          life.happen({ kind: 'looked', look: action.look, sight }),
        );
        break;
      case 'alarm':
        this.#alarms.raise(action);
        break;
      case 'abandon':
        this.#resources.releaseNow(action.set);
        break;
      case 'lock':
        this.#locks?.do(action.set, action.what);
        break;
      case 'fence':
        this.#fencer.fence((result) => life.happen({ kind: 'fenced', fence: action.fence, ...result }));
        break;
      case 'call off fence':
        void this.#fencer.cancel();
        break;
      case 'log':
        this.#logger.log(action.level, action.text);
        break;
      case 'progress':
        this.#waiting.get(action.id)?.progress(action.text);
        break;
      case 'answer':
        this.#answer(action.id, { ok: action.ok, text: action.text });
        break;
      case 'kick':
        this.#watchdog?.kick();
        break;
      case 'restart':
        this.#endLife(life);
        this.#clearAlarms();
        this.#rebirth = setTimeout(() => this.#beginLife(), action.after);
        this.#breath = setInterval(() => this.#watchdog?.kick(), this.#config.keepalive);
        break;
      case 'exit':
        this.#endLife(life);
        void this.#leave(0);
        break;
      case 'timer':
        // The life looks at its state for it.
        break;
    }
  }

  #raiseGeneration(generation: number): void {
    this.#generation = generation;
    if (this.#composer) this.#composer.generation = generation;
    keepGeneration(this.#directories.stateDir, generation, (text) => this.#logger.log('WARN', text));
  }

  #send({ seq, fields }: Extract<Action, { do: 'send' }>): void {
    if (!this.#composer || !this.#cables) return;
    const ts = Math.max(1, Math.floor(Date.now() / 1000));
    const message = this.#composer.compose({ seq, fields }, { ts, load: this.#load.line });
    if (seq !== null) this.#history.add(seq, message);
    const isHeartbeat = message.text('t') === 'status';
    this.#cables.send(message, isHeartbeat ? 'status' : undefined);
    if (isHeartbeat) this.#pings?.send(ts);
  }

  /** The new life finds out by itself what is wrong. */
  #clearAlarms(): void {
    for (const alarm of this.#alarms.standing()) {
      if (alarm.kind === 'watchdog-not-armed') continue;
      this.#alarms.raise({ ...alarm, level: 'cleared', text: 'The agent begins anew.' });
    }
  }

  #endLife(life: Life): void {
    life.end();
    for (const id of [...this.#waiting.keys()]) {
      this.#answer(id, {
        ok: false,
        text: `${this.#config.self} stops or starts anew: try again when it is active.`,
      });
    }
  }

  #handlers(): ControlHandlers {
    const move = (command: 'standby' | 'takeover') => (set: ResourceSet, progress: (text: string) => void) =>
      this.#ask((id) => ({ kind: 'command', id, command, set }), progress);
    return {
      status: () => this.#status(),
      standby: move('standby'),
      takeover: move('takeover'),
      confirm: () => this.#ask((id) => ({ kind: 'confirm', id })),
      fenceAck: (node) => this.#fenceAck(node),
    };
  }

  /** It is about the box that would be fenced; whoever names another one looked at another one. */
  #fenceAck(node: string): Promise<Answer> {
    const { self, peer } = this.#config;
    if (node === peer) return this.#ask((id) => ({ kind: 'fence-ack', id }));
    const text = node === self ? `this is ${self} itself` : `there is no node ${node}`;
    return Promise.resolve({ ok: false, text: `${text}: write "twinbeat fence-ack ${peer}"` });
  }

  /** Put a question to the core and wait for its answer. */
  #ask(question: (id: number) => Happening, progress: (text: string) => void = () => {}): Promise<Answer> {
    return new Promise((resolve) => {
      const id = this.#nextCommand;
      this.#nextCommand += 1;
      this.#waiting.set(id, { progress, answer: resolve });
      if (this.#life && !this.#life.state.over) this.#life.happen(question(id));
      else {
        const text = `${this.#config.self} is not running yet: try again in a moment.`;
        this.#answer(id, { ok: false, text });
      }
    });
  }

  #answer(id: number, answer: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.answer(answer);
  }

  #status() {
    if (!this.#life) throw new Error('the agent is starting: try again in a moment');
    return statusReport(this.#life.state, {
      version: version,
      time: new Date(),
      pid: process.pid,
      uptime: process.uptime() * 1000,
      now: monotonic(),
      sent: (link) => this.#cables?.sent(link) ?? 0,
      groups: this.#resources.report(),
      watchdog: this.#watchdog?.report() ?? null,
      lockPath: this.#config.lock?.path ?? null,
      alarms: this.#alarms.standing().map(({ kind, level, text }) => ({
        kind,
        level: level === 'crit' ? ('crit' as const) : ('warning' as const),
        text,
      })),
      events: this.#logger.events(),
    });
  }

  #watchSignals(): void {
    const stop = () => {
      if (this.#life && !this.#life.state.over) this.#life.happen({ kind: 'stop' });
      else void this.#leave(0);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGHUP', () => this.#reload());
    process.on('uncaughtException', (error) => this.#crash(error));
    process.on('unhandledRejection', (reason) => this.#crash(reason));
  }

  /** Keys change without an interruption; the pair's other side is reloaded in its turn. */
  #reload(): void {
    const keys = reloadKeys({
      config: this.#config,
      configDir: this.#directories.configDir,
      serialPorts: this.#serialPorts,
      log: (level, text) => this.#logger.log(level, text),
    });
    if (keys === null) return;
    this.#config = { ...this.#config, keys };
    this.#cables?.useKeys(keys);
    this.#pings?.useKeys(keys);
  }

  /**
   * A defect of our own. The peer takes over after deadtime, so nothing may be served here by then; the
   * watchdog stays armed and has the last word.
   */
  #crash(reason: unknown): void {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    this.#logger.log('CRIT', `The agent failed and gives up its addresses: ${text}`);
    this.#resources.releaseNow('all');
    if (this.#life) this.#endLife(this.#life);
    void this.#logger.flush().finally(() => process.exit(70));
  }

  async #leave(code: number): Promise<void> {
    clearTimeout(this.#rebirth);
    clearInterval(this.#breath);
    this.#load.close();
    this.#watchdog?.disarm();
    this.#claim?.close();
    this.#locks?.stop();
    await Promise.all([
      this.#control?.close(),
      this.#cables?.close(),
      this.#pings?.close(),
      this.#fencer.close(),
    ]);
    this.#resources.dispose();
    await this.#alarms.close();
    await this.#logger.close();
    this.#end(code);
  }
}
