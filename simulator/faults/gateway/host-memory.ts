import type { Held } from '../../lab/collected-heap.ts';
import type { FaultFigure, FaultRun } from '../fault.ts';
import { percentile } from '../host/percentile.ts';
import { floorsOf, slopeOf } from './memory-slope.ts';

/** How often a host is asked for it. */
export const memoryEveryS = 4;
/** In the middle of so many seconds no connection is just being opened or closed. */
const handlesOverS = 300;
/** Of a full run: what a host keeps, such as its newest 2,000 events of two a second, it has by then. */
const warmShare = 0.6;

/** Of other systems' processes nobody tells what they have open. */
const tellsHandles = process.platform === 'linux';
/** From so long a run on it is judged how memory grows. */
const longS = 900;
/** Twice what it took in runs of half an hour; a host's limit is 256 MB. */
const databaseMostMb = 128;
/** V8 compiles what runs often once, and what runs otherwise than before again. */
const codeMbPerHour = 5;
/** A laboratory keeps some to ask by. */
const apiConnectionsMost = 10;

/**
 * Within its first hours DuckDB fills the queues of what it could evict, up to 32,768 entries each of which most are of what is
 * gone (`EvictionQueue`): 7 to 11 MB in an hour of this load; 37 MB together, by a host that was asked ten times a second for
 * energies and ledgers, after which it stayed.
 */
const listsMbPerHour = 20;

type Reading = readonly [hours: number, mb: number];

/** What the host tells of its memory, over time. */
export class HostMemory {
  mostMb = 0;
  databaseMb = Number.NaN;
  /** The last that was told. */
  apiConnections = Number.NaN;
  /** What its database holds: rows until the next checkpoint, and pages up to a limit. */
  readonly #databaseMb: Reading[] = [];
  /** All of it but that and the heaps of its threads. */
  readonly besideMb: Reading[] = [];
  /** What it has open but the connections of which it knows: those come and go with the faults. */
  readonly handles: number[] = [];
  /** What is left of its threads' heaps when garbage is collected, but compiled code. */
  readonly collectedMb: Reading[] = [];
  /** V8 compiles what runs often, for hours: no more than there is source for. */
  readonly codeMb: Reading[] = [];
  /** When each thread told of its heap: of one that says nothing any more the last would stand for ever. */
  readonly toldHours = new Map<number, number[]>();

  add(hours: number, open: number, counters: Readonly<Record<string, number>>): void {
    const { 'store.memoryBytes': database } = counters;
    const { connections = Number.NaN, 'http.connections': ofApi = Number.NaN } = counters;
    this.handles.push(open - connections - ofApi);
    this.apiConnections = ofApi;
    // A store that is busy tells nothing.
    if (database === undefined) return;
    const mb = database / 2 ** 20;
    this.#databaseMb.push([hours, mb]);
    if (!(mb <= this.databaseMb)) this.databaseMb = mb;
  }

  /** Told of the past, once all of it was added. */
  collected(hours: number, { thread, mb, codeMb, besideMb }: Held): void {
    const told = this.toldHours.get(thread);
    if (told === undefined) this.toldHours.set(thread, [hours]);
    else told.push(hours);
    this.collectedMb.push([hours, mb - codeMb]);
    this.codeMb.push([hours, codeMb]);
    const next = this.#databaseMb.find(([at]) => at >= hours);
    if (next !== undefined) this.besideMb.push([hours, besideMb - next[1]]);
  }
}

/** How the memory grows is told of a long run alone: all of a short one is warm-up. */
export function hostFigures({ size, times }: FaultRun, memory: HostMemory): FaultFigure[] {
  const { besideMb, codeMb, collectedMb, databaseMb, handles, mostMb } = memory;
  const isWarm = ([hours]: Reading) => hours * 3600 > times * warmShare;
  const [warm, collected] = [floorsOf(besideMb.filter(isWarm)), collectedMb.filter(isWarm)];
  const warmHandles = handles.slice(Math.floor(handles.length * warmShare));
  const isLong = size === 'full' && times >= longS;
  const slope = slopeOf(warm);
  const told = [...memory.toldHours.values()].map(each => each.filter(hours => isWarm([hours, 0])).length);
  const toldLeast = told.length === 0 ? 0 : Math.min(...told);
  const some = handlesOverS / memoryEveryS;
  const grown = percentile(warmHandles.slice(-some), 0.5) - percentile(warmHandles.slice(0, some), 0.5);
  const growth: FaultFigure[] = [
    {
      name: 'heap but code after its garbage is collected, readings of each thread',
      value: toldLeast,
      unit: '',
      least: 20,
    },
    { name: 'it grows', value: slopeOf(collected).perHour, unit: 'MB/h', most: 1 },
    { name: 'it is', value: collected.at(-1)?.[1] ?? Number.NaN, unit: 'MB' },
    { name: 'compiled code besides', value: codeMb.at(-1)?.[1] ?? Number.NaN, unit: 'MB' },
    { name: 'that grows', value: slopeOf(codeMb.filter(isWarm)).perHour, unit: 'MB/h', most: codeMbPerHour },
    {
      name: 'memory beside heaps and database grows, at least',
      value: slope.atLeastPerHour,
      unit: 'MB/h',
      most: listsMbPerHour,
    },
    { name: 'in the middle', value: slope.perHour, unit: 'MB/h' },
  ];
  return [
    ...(isLong ? growth : []),
    { name: 'memory beside heaps and database after the warm-up', value: warm[0]?.[1] ?? 0, unit: 'MB' },
    {
      name: 'memory of the database, most',
      value: databaseMb,
      unit: 'MB',
      ...(isLong && { most: databaseMostMb }),
    },
    { name: 'memory of the host, most', value: mostMb, unit: 'MB' },
    {
      name: 'connections of the API in the end',
      value: memory.apiConnections,
      unit: '',
      most: apiConnectionsMost,
    },
    {
      name: 'handles of the host but connections',
      value: percentile(warmHandles, 0.5),
      unit: '',
      ...(isLong && tellsHandles && { least: 1 }),
    },
    { name: 'handles more at the end', value: grown, unit: '', ...(isLong && { most: 0 }) },
  ];
}
