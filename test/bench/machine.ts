import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on. */
export const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

/** Busy time of all cores since the start of the machine, in seconds of one core. */
const busyS = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;

/** CPU time of a process, s, with all its threads; 0 where it cannot be told (not Linux). */
export function cpuS(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields count from behind the name, which may hold spaces; times are in hundredths (proc(5), USER_HZ).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Resident memory of a process, MB; 0 where it cannot be told. */
export function rssMb(pid: number): number {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** How much of one core each process took since, and how much others on this machine did: they spoil figures. */
export class CpuWatch {
  readonly #pids: readonly number[];
  #busyS = 0;
  #fromMs = 0;
  #ownS: number[] = [];

  constructor(...pids: readonly number[]) {
    this.#pids = [process.pid, ...pids];
    this.#restart();
  }

  /** Shares of one core since the start or the last call: of each process given, and of all others. */
  take(): { readonly shares: readonly number[]; readonly others: number } {
    const seconds = (performance.now() - this.#fromMs) / 1000;
    const shares = this.#pids.map((pid, index) => (cpuS(pid) - (this.#ownS[index] ?? 0)) / seconds);
    const busy = (busyS() - this.#busyS) / seconds;
    this.#restart();
    return {
      shares: shares.slice(1),
      others: Math.max(busy - shares.reduce((sum, share) => sum + share, 0), 0),
    };
  }

  #restart(): void {
    this.#busyS = busyS();
    this.#fromMs = performance.now();
    this.#ownS = this.#pids.map(cpuS);
  }
}

/** The line printed before and after a measurement. */
export const loadLine = (when: string): string =>
  `load of the machine ${when}: ${loadavg()
    .map(value => value.toFixed(2))
    .join(' ')}`;
