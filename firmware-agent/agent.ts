import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { monotonic } from '../hw/clock.ts';
import { type AgentParts, agentParts } from './agent-parts.ts';
import { CableDoctor } from './cable-doctor.ts';
import { carryOut, type Hands, type LifeEnd } from './carry-out.ts';
import { rebootMachine } from './clients/reboot.ts';
import type { Config } from './config/config.ts';
import type { AgentOptions } from './console/command-context.ts';
import type { ControlHandlers } from './console/control-protocol.ts';
import { parametersOf } from './console/parameters.ts';
import { removePid, writePid } from './console/pid-file.ts';
import type { StatusReport } from './console/report.ts';
import { statusReport } from './console/status-report.ts';
import { consoleHandlers } from './console/technician/agent-side.ts';
import type { Holding } from './core/holding.ts';
import { coreSettings } from './core-settings.ts';
import { deafness } from './deafness.ts';
import { DiskLocks } from './disk-locks.ts';
import { Doors } from './doors.ts';
import type { Observation } from './events/observation.ts';
import { isSilent } from './heartbeat-menu.ts';
import { keepGeneration, loadUuid, nextGeneration } from './identity.ts';
import { Life } from './life.ts';
import type { LockHappening } from './lock-happening.ts';
import { Media } from './media.ts';
import { ServiceManager, type ServiceVariables, standing } from './notify.ts';
import { Operators } from './operators.ts';
import { Pulse } from './pulse.ts';
import { rcEvents } from './rc-events.ts';
import { Realtime } from './realtime.ts';
import { readAgain } from './reload.ts';
import { isReplaced, renew, renewalObstacle } from './renewal.ts';
import { makeChildrenBy } from './resources/child.ts';
import type { Commanded, Signals } from './signals.ts';
import { type StateDirectory, stateDirectory } from './state-directory.ts';
import { trafficLevel, trafficOf } from './traffic.ts';
import { version } from './version.ts';
import { guardOf } from './watchdog-news.ts';

/** Another agent shall take this one's place in this process, with these files, and leave up what this one did. */
export interface Successor {
  readonly config: Config;
  readonly keeps: Holding;
}

/**
 * Milliseconds of silence between two lives. What the one before said, or heard, must not reach anybody after the next one's
 * first word: a serial line is slow, and read on both sides by programs that do not go before others, as this one does. It is
 * over before the peer calls a heartbeat late.
 */
function settlingTime({ warntime }: Config): number {
  return Math.min(1000, Math.max(100, warntime / 2));
}

/** The one place where the core meets the hardware: events in, actions out. */
export class Agent implements Commanded {
  /** The exit code, or who comes next. */
  readonly ended: Promise<number | Successor>;
  #config: Config;
  readonly #directories: AgentOptions;
  readonly #state: StateDirectory;
  readonly #serialPorts: readonly string[];
  readonly #parts: AgentParts;
  #locks: DiskLocks | null = null;
  readonly #operators: Operators;
  readonly #serviceVariables: ServiceVariables;
  readonly #service: ServiceManager;
  readonly #signals: Signals;
  #end: (how: number | Successor) => void = () => {};
  #uuid: Uint8Array = new Uint8Array(16);
  #generation = 0;
  #life: Life | null = null;
  #media: Media | null = null;
  #pulse: Pulse | null = null;
  readonly #realtime: Realtime;
  readonly #doors: Doors;
  readonly #doctor: CableDoctor;
  #parameters: Readonly<Record<string, string>>;
  #rebirth: NodeJS.Timeout | undefined;
  #isStopAsked = false;
  /** While no life was there to hear of new files. */
  #isReloadAsked = false;
  /** The files that the next agent begins with. */
  #next: Config;
  /** What the agent before this one left up, until the first life has it. */
  #keeps: Holding;

  constructor(
    config: Config,
    directories: AgentOptions,
    serialPorts: readonly string[],
    serviceVariables: ServiceVariables,
    { signals, keeps }: { readonly signals: Signals; readonly keeps: Holding },
  ) {
    this.#config = config;
    this.#next = config;
    this.#signals = signals;
    this.#keeps = keeps;
    this.#parameters = parametersOf(config);
    this.#serialPorts = serialPorts;
    this.#state = stateDirectory(directories);
    this.#directories = { ...directories, stateDir: this.#state.path };
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#parts = agentParts(config, this.#directories, {
      rival: ({ key, address, mac }) => this.#life?.happen({ kind: 'rival', key, address, mac }),
      reboot: (why) => this.#reboot(why),
    });
    this.#realtime = new Realtime({ priority: config.realtime, log: this.#parts.log });
    makeChildrenBy(this.#realtime.makeChild);
    this.#serviceVariables = serviceVariables;
    this.#service = new ServiceManager({ variables: serviceVariables, log: this.#parts.log });
    this.#operators = new Operators({ self: config.self, peer: config.peer, life: () => this.#life });
    this.#doctor = new CableDoctor({
      config,
      media: () => this.#media,
      state: () => this.#life?.state ?? null,
      happen: (happening) => this.#life?.happen(happening),
      note: (happened) => this.#parts.events.note(happened),
    });
    const { log } = this.#parts;
    this.#doors = new Doors({
      config,
      directories: this.#directories,
      handlers: this.#handlers(),
      log,
      isSilent: (link) => isSilent(this.#life?.state ?? null, link, monotonic()),
      rest: async (link) => (await this.#media?.rest(link, 'a technician at its menu')) ?? null,
    });
  }

  #handlers(): ControlHandlers {
    return {
      ...this.#operators.handlers(() => this.#status()),
      console: consoleHandlers({
        password: () => this.#config.password,
        now: monotonic,
        note: (happened) => this.#parts.events.note(happened),
        groups: () => this.#parts.resources.report(),
        announce: () => this.#parts.resources.announce(),
        examine: (link, tell) => this.#doctor.examine(link, tell),
      }),
    };
  }

  /** Rejects where another agent runs on the same run directory, or that cannot be used. */
  async start(): Promise<void> {
    const { log } = this.#parts;
    await this.#doors.open();
    log('info', '**************************');
    log('info', `Configuration validated. Starting heartbeat ${version}`);
    log('info', `heartbeat: version ${version}`);
    const warn = (text: string) => log('WARN', text);
    if (this.#state.fault !== null) log('WARN', this.#state.fault);
    this.#uuid = loadUuid(this.#directories.stateDir, log);
    await this.#doors.openOthers();
    this.#signals.serve(this);
    this.#parts.resources.clearLeftovers(this.#keeps);
    this.#parts.events.begin();
    this.#pulse = this.#newPulse();
    this.#watchLocks();
    this.#media = new Media({
      config: this.#config,
      log,
      tell: (happening) => this.#life?.happen(happening),
      overheard: (link, bytes) => this.#doors.overhear(link, bytes),
    });
    // Media tell what is wrong with them a turn later.
    await nextTurn();
    await nextTurn();
    const deaf = deafness(this.#media.faults());
    if (deaf !== null) throw new Error(deaf);
    writePid(this.#directories.runDir, warn);
    this.#beginLife();
    this.#realtime.enter();
    this.#service.ready();
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
      log: this.#parts.log,
      tell,
    });
  }

  #newPulse(): Pulse {
    return new Pulse({
      times: this.#config,
      watchdog: guardOf(this.#config, this.#parts),
      signs: () => ({
        stuck: this.#parts.resources.hangingGroup(),
        isLockLost: this.#locks?.isLost === true,
      }),
      look: () => this.#realtime.look(),
      well: () => this.#service.alive(),
    });
  }

  #beginLife(): void {
    this.#pulse?.endBridge();
    this.#rebirth = undefined;
    const config = this.#config;
    const warn = (text: string) => this.#parts.log('WARN', text);
    const generation = nextGeneration(this.#directories.stateDir, this.#generation, warn);
    this.#generation = generation.number;
    if (generation.isNew) warn(`No Previous generation - starting at ${this.#generation}`);
    this.#parts.log('info', `Heartbeat generation: ${this.#generation}`);
    this.#media?.beginLife(this.#uuid, this.#generation);
    const hands = this.#handsOf(() => life);
    const life: Life = new Life(
      coreSettings(config, this.#uuid, generation, this.#keeps),
      monotonic,
      (action) => carryOut(action, life, hands),
      () => this.#locks?.check(),
      (seen) => this.#observe(seen),
    );
    this.#keeps = 'none';
    this.#life = life;
    life.happen({ kind: 'start' });
    for (const happening of this.#media?.present() ?? []) life.happen(happening);
    for (const happening of this.#locks?.present() ?? []) life.happen(happening);
    if (this.#isStopAsked) life.happen({ kind: 'stop' });
    if (this.#isReloadAsked) setImmediate(() => this.reload());
    this.#isReloadAsked = false;
  }

  #observe(seen: Observation): void {
    if (this.#parts.logger.debug >= trafficLevel) {
      for (const line of trafficOf(seen)) this.#parts.log('debug', line);
    }
    this.#parts.events.observe(seen);
    this.#service.status(standing(seen.after));
    for (const { type, fields } of rcEvents(seen)) {
      this.#parts.rcScripts.happen(type, { ...fields, OSTATUS: seen.after.status });
    }
  }

  /** All that stands when a life begins. */
  #handsOf(life: () => Life): Hands {
    return {
      ...this.#parts,
      media: this.#media,
      locks: this.#locks,
      operators: this.#operators,
      doctor: this.#doctor,
      generation: (generation) => this.#raiseGeneration(generation),
      kick: () => this.#pulse?.beat(this.#media?.written ?? null),
      over: (how) => this.#onOver(life(), how),
    };
  }

  /** The life is over: another one follows here, in a program that takes this one's place, or none. */
  #onOver(life: Life, how: LifeEnd): void {
    this.#endLife(life);
    if (how.do === 'restart') {
      this.#clearAlarms();
      this.#rebirth = setTimeout(
        () => {
          this.#sayRestart();
          this.#beginLife();
        },
        Math.max(how.after, settlingTime(this.#config)),
      );
      this.#pulse?.bridge(this.#config.keepalive);
    } else if (how.do === 'renew') void this.#renew(how.keeps);
    else void this.#leave(0);
  }

  /** Nothing is executed for a new life of the same program, but it begins as Heartbeat's does. */
  #sayRestart(): void {
    this.#parts.log('info', 'Performing heartbeat restart exec.');
  }

  #raiseGeneration(generation: number): void {
    this.#generation = generation;
    if (this.#media) this.#media.generation = generation;
    keepGeneration(this.#directories.stateDir, generation, (text) => this.#parts.log('WARN', text));
  }

  /** The new life finds out by itself what is wrong. */
  #clearAlarms(): void {
    for (const alarm of this.#parts.alarms.standing()) {
      if (alarm.kind === 'watchdog-not-armed' || alarm.kind === 'watchdog-late') continue;
      this.#parts.alarms.raise({ ...alarm, level: 'cleared', text: 'The agent begins anew.' });
    }
  }

  #endLife(life: Life): void {
    life.end();
    void this.#doctor.close();
    void this.#parts.fencer.cancel();
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
      groups: this.#parts.resources.report(),
      watchdog: this.#pulse?.report() ?? null,
      realtime: this.#realtime.report(),
      lockPath: this.#config.lock?.path ?? null,
      alarms: this.#parts.alarms.standing().map(({ kind, level, text }) => ({
        kind,
        level: level === 'crit' ? ('crit' as const) : ('warning' as const),
        text,
      })),
      parameters: this.#parameters,
      fifo: this.#doors.fifoReport(),
      events: this.#parts.logger.events(),
    });
  }

  stop(): void {
    this.#isStopAsked = true;
    this.#service.stopping();
    if (this.#life && !this.#life.state.over) this.#life.happen({ kind: 'stop' });
    // The first life is about to begin, or what the last one left is still being stopped: the next sees to that first.
    else if (this.#life !== null && this.#rebirth === undefined) void this.#leave(0);
  }

  /** As Heartbeat's signals have it. */
  changeDebug(change: 1 | -1): void {
    const { logger, log } = this.#parts;
    logger.debug += change;
    log('info', `The debug level is ${logger.debug} now.`);
  }

  reload(): void {
    const life = this.#life;
    if (life === null || life.state.over) {
      this.#isReloadAsked = true;
      return;
    }
    this.#service.reloading();
    this.#reload(life);
    this.#service.ready();
  }

  /** New files, without an interruption; the pair's other side is reloaded in its turn. */
  #reload(life: Life): void {
    const { log } = this.#parts;
    const { configDir } = this.#directories;
    const found = readAgain({ config: this.#config, configDir, serialPorts: this.#serialPorts, log });
    if (found.change === 'refused') {
      const { errors } = found;
      const text = `the new files are refused, and those in use stay in force: ${errors[0]}`;
      this.#parts.events.note({ kind: 'refused', text, facts: { errors } });
      return;
    }
    if (found.change === 'none') return;
    this.#next = found.config;
    if (found.change === 'restart') {
      this.#askForRenewal(life, found.config);
      return;
    }
    this.#config = found.config;
    this.#pulse?.keepTo(found.config);
    this.#parameters = parametersOf(found.config);
    this.#media?.useKeys(found.config.keys);
    this.#doors.admit(found.config.api);
    const generation = { number: this.#generation, isNew: false };
    life.happen({ kind: 'configured', settings: coreSettings(found.config, this.#uuid, generation) });
  }

  #askForRenewal(life: Life, config: Config): void {
    // What a lock protects may only run while it is renewed.
    const isLocked = this.#locks !== null || config.lock !== null;
    const obstacle = isLocked ? 'a disk lock is configured' : renewalObstacle();
    // The programs that go with the node have ended before it falls silent for a moment.
    if (obstacle === null) void this.#parts.clients.stop().then(() => life.happen({ kind: 'renew' }));
    else this.#parts.log('WARN', `The new files take a restart of the agent: ${obstacle}.`);
  }

  /**
   * The watchdog goes on counting, and the next agent, if it has it too, tells it within milliseconds. That is one in this
   * process, unless there is another executable to take its place.
   */
  async #renew(keeps: Holding): Promise<void> {
    this.#signals.serve(null);
    this.#pulse?.bridge(this.#config.keepalive);
    await pause(settlingTime(this.#config));
    this.#pulse?.endBridge();
    this.#pulse?.beat(null);
    if (this.#next.watchdog === this.#config.watchdog) this.#pulse?.handOver();
    else this.#pulse?.disarm();
    this.#sayRestart();
    await this.#close([], 0);
    // A signal that waits would be lost, and ends what is not ready for it.
    if (isReplaced() && !this.#signals.wait) renew(keeps, this.#serviceVariables);
    this.#end({ config: this.#next, keeps });
  }

  /** The start failed for this reason. `isLast`: no other agent follows, and what the one before left up goes. */
  async withdraw(why: string, isLast: boolean): Promise<void> {
    this.#signals.serve(null);
    // Whoever has the name here goes on, and has the log and the events.
    if (!this.#doors.areOurs) return;
    const { log, events, resources } = this.#parts;
    const outcome = isLast ? 'not started' : 'the new files do not work, and those before are in force again';
    log('ERROR', `${outcome}: ${why}`);
    events.note({ kind: isLast ? 'stopped' : 'refused', text: `${outcome}: ${why}`, facts: {} });
    if (!isLast) this.#pulse?.handOver();
    else {
      this.#pulse?.disarm();
      if (this.#keeps !== 'none')
        await new Promise<void>((done) => resources.release({ set: 'all', key: null }, () => done()));
    }
    this.#locks?.stop();
    await this.#close([], 0);
  }

  /**
   * What all ends of an agent have in common. `programs`: what else must have ended; `alarmLimit`: milliseconds for alarms that
   * are still told: 0 where another agent is about to speak, and nobody hears this node until then.
   */
  async #close(programs: readonly Promise<void>[], alarmLimit?: number): Promise<void> {
    // What it has of the cables goes back to the media first.
    await this.#doctor.close();
    await Promise.all([this.#doors.close(), this.#media?.close(), this.#parts.fencer.close(), ...programs]);
    this.#parts.resources.dispose();
    await this.#parts.alarms.close(alarmLimit);
    await this.#parts.events.flush();
    await this.#parts.logger.close();
    this.#realtime.leave();
  }

  /** As Heartbeat does when a `failfast` program fails. Nothing is released: the peer takes over what a dead box had. */
  #reboot(why: string): void {
    this.#parts.log('CRIT', `The machine reboots: ${why}`);
    void this.#parts.logger.flush().finally(() => rebootMachine((text) => this.#parts.log('CRIT', text)));
  }

  /**
   * A defect of our own. The peer takes over after deadtime, so nothing may be served here by then; the
   * watchdog stays armed and has the last word.
   */
  crash(reason: unknown): void {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    this.#parts.log('CRIT', `The agent failed and gives up its addresses: ${text}`);
    this.#parts.resources.releaseNow('all');
    void this.#parts.clients.stop();
    if (this.#life) this.#endLife(this.#life);
    this.#parts.events.note({ kind: 'crashed', text: `the agent failed: ${text}`, facts: {} });
    void Promise.all([this.#parts.logger.flush(), this.#parts.events.flush()]).finally(() =>
      process.exit(70),
    );
  }

  async #leave(code: number): Promise<void> {
    clearTimeout(this.#rebirth);
    this.#pulse?.endBridge();
    this.#pulse?.disarm();
    removePid(this.#directories.runDir);
    this.#locks?.stop();
    await this.#close([this.#parts.clients.stop(), this.#parts.rcScripts.close()]);
    this.#end(code);
  }
}
