import { join } from 'node:path';
import { Alarms } from './alarms/alarms.ts';
import { Audit } from './audit/audit.ts';
import { type Auth, openAuth } from './auth/auth.ts';
import { externalBroker } from './broker/broker.ts';
import { Control } from './control/control.ts';
import { type Engine, type Log, startEngine } from './engine.ts';
import { Firmware } from './firmware/firmware.ts';
import { Forwards } from './forward/forwards.ts';
import { HomeAssistants } from './home-assistant/home-assistant.ts';
import { hostOutlets } from './home-assistant/outlet.ts';
import { makeFolder } from './make-folder.ts';
import { messageOf } from './message-of.ts';
import { packageDir, packageVersion } from './package-file.ts';
import { announce } from './pairing/announce.ts';
import { finishHalfMade } from './pairing/half-made.ts';
import { Rollouts } from './rollouts/rollouts.ts';
import { Secrets } from './secrets/secrets.ts';
import type { HostSettings } from './settings.ts';
import { Sites } from './site/sites.ts';
import { BackupSchedule, keptBackups } from './store/backup-schedule.ts';
import type { LeftLog } from './store/open-database.ts';
import { keepingOf } from './store/retention.ts';
import { Store } from './store/store.ts';
import { openWebTls } from './tls/web-tls.ts';
import type { HealthReason } from './watch/health.ts';

/** A running host. */
export interface Host extends Engine {
  readonly auth: Auth;
  /** Where page and API are, such as http://127.0.0.1:8080 */
  readonly url: string;
}

export interface HostOptions {
  readonly log?: Log;
  readonly nowMs?: () => number;
  /** The database can do nothing more: the host is to be ended and started again. */
  readonly onFatal?: (error: Error) => void;
  /** Only for a command, while no host runs: it is reached by the control socket alone, and nothing is kept up. */
  readonly isForCommand?: boolean;
}

/**
 * Starts a whole host: database, broker, ingest, API and page. What was opened is closed again where a later part
 * fails. @throws Error that says which port, folder or file is at fault.
 */
export async function startHost(settings: HostSettings, options: HostOptions = {}): Promise<Host> {
  const { log = () => {}, nowMs = Date.now, onFatal = () => {}, isForCommand = false } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    await makeDataFolder(settings.dataDir);
    // Most of the program: it is read while the database opens in its thread.
    const loading = import('./api/create-api.ts');
    const store = await Store.open({
      dataDir: settings.dataDir,
      zone: settings.zone,
      nowMs,
      onFatal,
      ...(isForCommand ? { upkeepMs: 0 } : { keeping: keepingOf(settings) }),
    });
    closers.push(() => store.close());
    const secrets = await Secrets.open({ dataDir: settings.dataDir, tables: store, log });
    const auth = await openAuth(store, { nowMs, seal: secrets });
    const authenticate = (gateway: string, password: string) => auth.credentials.verify(gateway, password);
    const version = await packageVersion();
    let isStarting = true;
    const parts = { settings, store, secrets, authenticate, log, nowMs, version };
    const engine = await startEngine({
      ...parts,
      isStarting: () => isStarting,
      isWithoutBroker: isForCommand,
    });
    closers.push(() => engine.close());
    tellWhatWasFound(store, engine, log, nowMs);
    await finishHalfMade(auth.credentials, engine.fleet, log);
    engine.watch.addSource(() => archiveReasons(store.archiveFaults));
    const backups = isForCommand ? undefined : await startBackups(settings, store, engine, nowMs, log);
    closers.push(async () => backups?.close());
    const firmware = await Firmware.open(settings, store, nowMs, secrets);
    const rollouts = await Rollouts.open({ ...engine, tables: store, firmware, log, nowMs });
    closers.push(() => rollouts.close());
    const sites = await Sites.open(store, engine.events);
    const alarms = await Alarms.open({
      store,
      sites,
      events: engine.events,
      notify: engine.channels,
      log,
      health: {
        host: () => ({
          counters: engine.counters(),
          faults: engine.watch.health().reasons.filter(({ level }) => level !== 'notice').length,
        }),
        gateways: () =>
          engine.fleet.gateways().map(({ id, online, health, isHealthCurrent }) => ({
            id,
            online,
            health: isHealthCurrent ? health : null,
          })),
      },
      nowMs,
      ...(isForCommand && { tickMs: 0 }),
    });
    closers.push(() => alarms.close());
    engine.watch.addSource(() => alarms.reasons());
    const homeAssistants = await HomeAssistants.open({
      ...engine,
      tables: store,
      secrets,
      sites,
      openOutlet: hostOutlets(engine.broker.programs, externalBroker(settings)),
      version,
      pageUrl: settings.publicUrl,
      log,
      nowMs,
      isStill: isForCommand,
    });
    closers.push(() => homeAssistants.close());
    const forwards = await Forwards.open({
      store,
      sites,
      secrets,
      programs: engine.broker.programs,
      log,
      nowMs,
      isStill: isForCommand,
    });
    closers.push(() => forwards.close());
    engine.watch.addSource(() => forwards.health());
    const webDir = join(packageDir, 'dist', 'web');
    const audit = await Audit.open(store, nowMs, log);
    closers.push(() => audit.close());
    engine.watch.addSource(() => audit.health());
    const control = new Control(settings.dataDir, log);
    const webTls = isForCommand ? undefined : await openWebTls(settings, engine.tls, { nowMs, log });
    closers.push(async () => webTls?.close());
    const { createApi } = await loading;
    const api = await createApi({
      ...engine,
      webTls: webTls?.shown,
      auth,
      audit,
      backups,
      firmware,
      rollouts,
      sites,
      alarms,
      forwards,
      homeAssistants,
      counters: () => ({
        ...engine.counters(),
        ...alarms.counters(),
        ...forwards.counters(),
        ...homeAssistants.counters(),
      }),
      nowMs,
      log,
      webDir,
      version,
      control,
    });
    isStarting = false;
    closers.push(() => api.close());
    await control.listen(api);
    closers.push(() => control.close());
    if (isForCommand) return { ...engine, auth, url: '', close };
    const listening = await api.listen({ host: settings.httpHost, port: settings.httpPort });
    const url = webTls?.shown === undefined ? listening : listening.replace(/^http:/, 'https:');
    const announcement = announce(settings, portOf(url), log);
    closers.push(() => announcement.close());
    return { ...engine, auth, url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Also where an address leaves it out. */
export const portOf = (url: string): number =>
  Number(new URL(url).port || (url.startsWith('https:') ? 443 : 80));

/** Told until the files are there again. */
function archiveReasons(faults: Store['archiveFaults']): HealthReason[] {
  const [first] = faults;
  if (first === undefined) return [];
  const detail = `${first[0]}: ${first[1]}${faults.length > 1 ? `, and ${faults.length - 1} more` : ''}`;
  const facts = { file: first[0], said: first[1], moreFiles: faults.length - 1 };
  return [{ code: 'archive.unreadable', level: 'degraded', detail, facts }];
}

/** A database that was damaged is told until the next start: in the log, by health and on the page. */
function tellWhatWasFound({ found }: Store, { watch }: Engine, log: Log, nowMs: () => number): void {
  if (found.outcome === 'clean') {
    if (found.left !== undefined) tellLeftLog(found.left, watch, log, nowMs);
    return;
  }
  log('error', `${found.detail} (what was damaged is in ${found.quarantinedTo})`);
  const { outcome, detail, quarantinedTo: folder = '' } = found;
  const facts = { outcome, folder, said: detail };
  watch.addSource(() => [{ code: 'store.restored', level: 'degraded', detail, facts }]);
}

/** That the host was killed or lost its power is told for a day, for what a log has lost at its end looks the same. */
function tellLeftLog(left: LeftLog, watch: Engine['watch'], log: Log, nowMs: () => number): void {
  const { commits, unfinishedBytes } = left;
  const detail = `commits read back from the database's log: ${commits}; bytes left out behind them, as not finished: ${unfinishedBytes}`;
  log(
    'info',
    `the host was not ended in order the last time; ${detail}; gateways send again what they still hold`,
  );
  const untilMs = nowMs() + 24 * 3_600_000;
  watch.addSource(() =>
    nowMs() < untilMs ? [{ code: 'store.notEnded', level: 'notice', detail, facts: { ...left } }] : [],
  );
}

/** Backups by the clock and when asked for; one that failed is told until one is made. */
function startBackups(
  { dataDir, backupHours = 24, backupKeep = keptBackups, backupPassphrase }: HostSettings,
  store: Store,
  { watch }: Engine,
  nowMs: () => number,
  log: Log,
): Promise<BackupSchedule> {
  let failure: string | undefined;
  watch.addSource(() =>
    failure === undefined
      ? []
      : [{ code: 'backup.failed', level: 'degraded', detail: failure, facts: { said: failure } }],
  );
  return BackupSchedule.start({
    dataDir,
    everyHours: backupHours,
    make: () => store.backup(backupKeep, backupPassphrase),
    nowMs,
    onResult(answer) {
      failure = answer.isDone ? undefined : answer.why;
      if (answer.isDone)
        log('info', `backup made: ${answer.path} (${answer.bytes} bytes, ${answer.tookMs} ms)`);
      else log('error', `no backup could be made: ${answer.why}`);
    },
  });
}

async function makeDataFolder(dir: string): Promise<void> {
  try {
    await makeFolder(dir, 0o700);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(
      `The data folder ${dir} cannot be made; choose another, or see that it is no file and may be written. (${why})`,
      { cause: error },
    );
  }
}
