import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openAdvertisement } from '../hw/advertisement.ts';
import { openArp } from '../hw/arp.ts';
import { monotonic } from '../hw/clock.ts';
import { addAddress, listAddresses, listAddresses6, removeAddress } from '../hw/netlink.ts';
import { listSerialPorts } from '../hw/serial.ts';
import { openSyslog } from '../hw/syslog.ts';
import { Alarms } from './alarm/alarms.ts';
import { Bell } from './alarm/bell.ts';
import { Clients } from './clients/clients.ts';
import { rebootMachine } from './clients/reboot.ts';
import type { Config } from './config/config.ts';
import { formatDiagnostic } from './config/diagnostic.ts';
import { loadConfig } from './config/load.ts';
import { systemProbe } from './config/probe.ts';
import type { Directories } from './console/command-context.ts';
import { type ControlServer, startControlServer } from './console/control-server.ts';
import { Fifo } from './console/fifo.ts';
import { notStarted, notStartedCode } from './console/names/not-configured.ts';
import { parametersOf } from './console/parameters.ts';
import { removePid, writePid } from './console/pid-file.ts';
import type { StatusReport } from './console/report.ts';
import type { StartReport } from './console/start-report.ts';
import { statusReport } from './console/status-report.ts';
import type { Action } from './core/action.ts';
import type { Holding } from './core/holding.ts';
import { coreSettings } from './core-settings.ts';
import { DiskLocks } from './disk-locks.ts';
import { EventLog } from './events/event-log.ts';
import type { Observation } from './events/observation.ts';
import { Fencer } from './fencing/fencer.ts';
import { keepGeneration, loadUuid, nextGeneration } from './identity.ts';
import { Life } from './life.ts';
import type { LockHappening } from './lock-happening.ts';
import { Logger } from './log/logger.ts';
import { Media } from './media.ts';
import { Operators } from './operators.ts';
import { rcEvents } from './rc-events.ts';
import { readAgain } from './reload.ts';
import { keptBefore, renew, renewalObstacle } from './renewal.ts';
import { scriptEnvironment } from './resources/environment.ts';
import { ResourceManager } from './resources/groups.ts';
import type { Log } from './resources/log.ts';
import { RcScripts } from './resources/rc-scripts.ts';
import { beSoleAgent } from './sole-agent.ts';
import { version } from './version.ts';
import { WatchdogGuard } from './watchdog-guard.ts';

/**
 * Runs the agent until it is told to stop. Resolves with the exit code: 0 after an orderly stop, 6 where its
 * configuration has errors (4: this user may not read it), 1 where it could not start for another reason; `start` is
 * told which.
 */
export async function runAgent(given: Directories, start: StartReport): Promise<number> {
  const directories = absolute(given);
  const serialPorts = await listSerialPorts();
  const { config, diagnostics } = loadConfig({
    directory: directories.configDir,
    node: directories.node,
    probe: systemProbe(serialPorts),
  });
  for (const diagnostic of diagnostics) start.say(formatDiagnostic(diagnostic));
  if (!config) {
    for (const line of notStarted()) start.say(line);
    return notStartedCode(directories.configDir);
  }
  const agent = new Agent(config, directories, serialPorts);
  try {
    await agent.start();
  } catch (error) {
    start.say(`twinbeat: not started: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  start.started();
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
  readonly #events: EventLog;
  readonly #resources: ResourceManager;
  readonly #alarms: Alarms;
  readonly #fencer: Fencer;
  readonly #clients: Clients;
  readonly #rcScripts: RcScripts;
  #locks: DiskLocks | null = null;
  readonly #operators: Operators;
  #end: (code: number) => void = () => {};
  #uuid: Uint8Array = new Uint8Array(16);
  #generation = 0;
  #life: Life | null = null;
  #media: Media | null = null;
  #watchdog: WatchdogGuard | null = null;
  #claim: Server | null = null;
  #control: ControlServer | null = null;
  #fifo: Fifo | null = null;
  #parameters: Readonly<Record<string, string>>;
  #rebirth: NodeJS.Timeout | undefined;
  #isStopAsked = false;
  /** What the program that was here before left up, until the first life has it. */
  #keeps: Holding = keptBefore();
  /** Between two lives this node serves nothing and is well: the watchdog must not reset it. */
  #breath: NodeJS.Timeout | undefined;

  constructor(config: Config, directories: Directories, serialPorts: readonly string[]) {
    this.#config = config;
    this.#parameters = parametersOf(config);
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
    this.#events = new EventLog({ stateDir: directories.stateDir, log });
    this.#alarms = new Alarms({
      commands: config.defences.alarms,
      node: config.self,
      peer: config.peer,
      log,
      bell: config.bell === null ? undefined : new Bell({ device: config.bell, log }),
    });
    this.#operators = new Operators({ self: config.self, peer: config.peer, life: () => this.#life });
    this.#fencer = new Fencer({ devices: config.fencing, self: config.self, peer: config.peer, log });
    const environment = scriptEnvironment({
      self: config.self,
      configDir: directories.configDir,
      stateDir: directories.stateDir,
      logTargets: config.log,
      legacy: config.legacy,
      directives: config.directives,
    });
    // Each event has its own.
    const { HA_OSTATUS: _, ...ofEvents } = environment;
    this.#rcScripts = new RcScripts({ configDir: directories.configDir, environment: ofEvents, log });
    this.#clients = new Clients({
      clients: config.clients,
      environment,
      log,
      reboot: (why) => this.#reboot(why),
    });
    this.#resources = new ResourceManager({
      self: config.self,
      groups: config.groups,
      configDir: directories.configDir,
      stateDir: directories.stateDir,
      logTargets: config.log,
      hardware: { addAddress, removeAddress, listAddresses, openArp },
      hardware6: { addAddress, removeAddress, listAddresses6, openAdvertisement },
      legacy: config.legacy,
      directives: config.directives,
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
      handlers: this.#operators.handlers(() => this.#status()),
      report: (text) => log.log('WARN', text),
    });
    log.log('info', '**************************');
    log.log('info', `Configuration validated. Starting heartbeat ${version}`);
    const warn = (text: string) => log.log('WARN', text);
    this.#uuid = loadUuid(this.#directories.stateDir, warn);
    await this.#openFifo();
    this.#watchSignals();
    this.#resources.clearLeftovers(this.#keeps);
    this.#events.begin();
    const { watchdog, deadtime } = this.#config;
    if (watchdog !== undefined) {
      this.#watchdog = new WatchdogGuard(watchdog, deadtime, {
        log: (level, text) => log.log(level, text),
        changed: (fault) => {
          const alarm = {
            kind: 'watchdog-not-armed',
            level: fault === null ? 'cleared' : 'warning',
            text: fault === null ? `${watchdog} works again.` : `${watchdog}: ${fault}`,
            facts: {},
          } as const;
          this.#alarms.raise(alarm);
          this.#events.alarm(alarm);
        },
      });
    }
    this.#watchLocks();
    this.#media = new Media({
      config: this.#config,
      log: (level, text) => log.log(level, text),
      tell: (happening) => this.#life?.happen(happening),
    });
    // Media tell what is wrong with them a turn later.
    await nextTurn();
    await nextTurn();
    await this.#refuseIfDeaf();
    writePid(this.#directories.runDir, warn);
    this.#beginLife();
  }

  /** What Heartbeat's own scripts want can be asked for by commands, too. */
  async #openFifo(): Promise<void> {
    const log: Log = (level, text) => this.#logger.log(level, text);
    const handlers = this.#operators.handlers(() => this.#status());
    try {
      this.#fifo = await Fifo.open({ stateDir: this.#directories.stateDir, handlers, log });
    } catch (error) {
      log('WARN', `There is no FIFO: ${error instanceof Error ? error.message : String(error)}`);
    }
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

  /**
   * A port that another program has, or that this user may not have, does not come by waiting: an agent that started all
   * the same would hear nobody and take everything.
   */
  async #refuseIfDeaf(): Promise<void> {
    for (const { link, fault } of this.#media?.faults() ?? []) {
      const mend = fault.includes('EADDRINUSE')
        ? 'another program has the UDP port: is Heartbeat, or another agent, still running?'
        : /EACCES|EPERM/.test(fault)
          ? 'this takes root'
          : null;
      if (mend === null) continue;
      this.#watchdog?.disarm();
      this.#locks?.stop();
      const why = `${link} does not work: ${fault}; ${mend}`;
      this.#events.note({ kind: 'stopped', text: `not started: ${why}`, facts: { link, fault } });
      await Promise.all([this.#control?.close(), this.#media?.close(), this.#events.flush()]);
      throw new Error(why);
    }
  }

  #beginLife(): void {
    clearInterval(this.#breath);
    this.#rebirth = undefined;
    const config = this.#config;
    const warn = (text: string) => this.#logger.log('WARN', text);
    const generation = nextGeneration(this.#directories.stateDir, this.#generation, warn);
    this.#generation = generation.number;
    this.#logger.log('info', `Heartbeat generation: ${this.#generation}`);
    this.#media?.beginLife(this.#uuid, this.#generation);
    const life = new Life(
      coreSettings(config, this.#uuid, generation, this.#keeps),
      monotonic,
      (action) => this.#carryOut(life, action),
      () => this.#locks?.check(),
      (seen) => this.#observe(seen),
    );
    this.#keeps = 'none';
    this.#life = life;
    life.happen({ kind: 'start' });
    for (const fault of this.#media?.faults() ?? []) life.happen({ kind: 'medium', ...fault });
    for (const happening of this.#locks?.present() ?? []) life.happen(happening);
    if (this.#isStopAsked) life.happen({ kind: 'stop' });
  }

  #observe(seen: Observation): void {
    this.#events.observe(seen);
    for (const { type, fields } of rcEvents(seen)) {
      this.#rcScripts.happen(type, { ...fields, OSTATUS: seen.after.status });
    }
  }

  #carryOut(life: Life, action: Action): void {
    switch (action.do) {
      case 'send':
        this.#media?.send(action);
        break;
      case 'resend':
        this.#media?.resend(action.seq);
        break;
      case 'learn':
        this.#media?.learn(Buffer.from(action.uuid, 'hex'));
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
        this.#operators.progress(action.id, action.text);
        break;
      case 'answer':
        this.#operators.answer(action.id, { ok: action.ok, text: action.text });
        break;
      case 'kick':
        this.#breathe();
        break;
      case 'restart':
        this.#endLife(life);
        this.#clearAlarms();
        this.#rebirth = setTimeout(() => this.#beginLife(), action.after);
        this.#breath = setInterval(() => this.#breathe(), this.#config.keepalive);
        break;
      case 'clients':
        this.#clients.start();
        break;
      case 'renew':
        this.#endLife(life);
        void this.#renew(action.keeps);
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
    if (this.#media) this.#media.generation = generation;
    keepGeneration(this.#directories.stateDir, generation, (text) => this.#logger.log('WARN', text));
  }

  /** Between two lives; what a lost lock protected may still run, and then only the reset helps. */
  #breathe(): void {
    if (this.#locks?.isLost !== true) this.#watchdog?.kick();
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
    void this.#fencer.cancel();
    this.#operators.refuseAll();
  }

  #status(): StatusReport {
    if (!this.#life) throw new Error('the agent is starting: try again in a moment');
    return statusReport(this.#life.state, {
      version: version,
      time: new Date(),
      pid: process.pid,
      uptime: process.uptime() * 1000,
      now: monotonic(),
      sent: (link) => this.#media?.sent(link) ?? 0,
      groups: this.#resources.report(),
      watchdog: this.#watchdog?.report() ?? null,
      lockPath: this.#config.lock?.path ?? null,
      alarms: this.#alarms.standing().map(({ kind, level, text }) => ({
        kind,
        level: level === 'crit' ? ('crit' as const) : ('warning' as const),
        text,
      })),
      parameters: this.#parameters,
      fifo: this.#fifo?.report() ?? null,
      events: this.#logger.events(),
    });
  }

  #watchSignals(): void {
    const stop = () => {
      this.#isStopAsked = true;
      if (this.#life && !this.#life.state.over) this.#life.happen({ kind: 'stop' });
      // What the last life left is still being stopped: the next one sees to that first.
      else if (this.#rebirth !== undefined) return;
      else void this.#leave(0);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGHUP', () => this.#reload());
    process.on('uncaughtException', (error) => this.#crash(error));
    process.on('unhandledRejection', (reason) => this.#crash(reason));
  }

  /** New files, without an interruption; the pair's other side is reloaded in its turn. */
  #reload(): void {
    const log: Log = (level, text) => this.#logger.log(level, text);
    const { configDir } = this.#directories;
    const found = readAgain({ config: this.#config, configDir, serialPorts: this.#serialPorts, log });
    const life = this.#life;
    if (found.change === 'none' || life === null || life.state.over) return;
    if (found.change === 'restart') {
      this.#askForRenewal(life, found.config);
      return;
    }
    this.#config = found.config;
    this.#parameters = parametersOf(found.config);
    this.#media?.useKeys(found.config.keys);
    const generation = { number: this.#generation, isNew: false };
    life.happen({ kind: 'configured', settings: coreSettings(found.config, this.#uuid, generation) });
  }

  #askForRenewal(life: Life, config: Config): void {
    // What a lock protects may only run while it is renewed.
    const isLocked = this.#locks !== null || config.lock !== null;
    const obstacle = isLocked ? 'a disk lock is configured' : renewalObstacle();
    // The programs that go with the node have ended before it falls silent for a moment.
    if (obstacle === null) void this.#clients.stop().then(() => life.happen({ kind: 'renew' }));
    else this.#logger.log('WARN', `The new files take a restart of the agent: ${obstacle}.`);
  }

  /** The watchdog goes on counting, and the next program tells it within milliseconds. */
  async #renew(keeps: Holding): Promise<void> {
    this.#claim?.close();
    this.#fifo?.close();
    await Promise.all([this.#control?.close(), this.#media?.close(), this.#fencer.close()]);
    this.#resources.dispose();
    // Nobody hears this node until the next program speaks.
    await this.#alarms.close(0);
    await Promise.all([this.#events.flush(), this.#logger.close()]);
    renew(keeps);
  }

  /** As Heartbeat does when a `failfast` program fails. Nothing is released: the peer takes over what a dead box had. */
  #reboot(why: string): void {
    this.#logger.log('CRIT', `The machine reboots: ${why}`);
    void this.#logger.flush().finally(() => rebootMachine((text) => this.#logger.log('CRIT', text)));
  }

  /**
   * A defect of our own. The peer takes over after deadtime, so nothing may be served here by then; the
   * watchdog stays armed and has the last word.
   */
  #crash(reason: unknown): void {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    this.#logger.log('CRIT', `The agent failed and gives up its addresses: ${text}`);
    this.#resources.releaseNow('all');
    void this.#clients.stop();
    if (this.#life) this.#endLife(this.#life);
    this.#events.note({ kind: 'crashed', text: `the agent failed: ${text}`, facts: {} });
    void Promise.all([this.#logger.flush(), this.#events.flush()]).finally(() => process.exit(70));
  }

  async #leave(code: number): Promise<void> {
    clearTimeout(this.#rebirth);
    clearInterval(this.#breath);
    this.#watchdog?.disarm();
    this.#claim?.close();
    this.#fifo?.close();
    removePid(this.#directories.runDir);
    this.#locks?.stop();
    await Promise.all([
      this.#control?.close(),
      this.#media?.close(),
      this.#fencer.close(),
      this.#clients.stop(),
      this.#rcScripts.close(),
    ]);
    this.#resources.dispose();
    await this.#alarms.close();
    await this.#events.flush();
    await this.#logger.close();
    this.#end(code);
  }
}
