import { limits } from '#core/limits.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import { headMistake } from '../meters/telegram-head.ts';
import { headsOf, isDirectMeter, isOnePhaseMeter, lineKindOf } from './meter-rules.ts';
import { type Path, shown } from './places.ts';
import { type PathMistake, unknownName } from './schema-mistakes.ts';
import type { Sketch, SketchMeter } from './sketch.ts';

type Say = (path: Path, message: string) => void;

/** What is wrong with meters and lines together: names that lead nowhere, meters where they cannot hang. */
export function meterMistakes(sketch: Sketch): PathMistake[] {
  const found: PathMistake[] = [];
  const say: Say = (path, message) => found.push({ path, message });
  repeatedIds('lines', sketch.lines, say);
  repeatedIds('meters', sketch.meters, say);
  for (const meter of sketch.meters) checkMeter(meter, sketch, say);
  checkLines(sketch, say);
  return found;
}

function repeatedIds(list: string, parts: readonly { id?: string; index: number }[], say: Say): void {
  const first = new Map<string, number>();
  for (const { id, index } of parts) {
    if (id === undefined) continue;
    const other = first.get(id);
    if (other === undefined) first.set(id, index);
    else say([list, index, 'id'], `${shown(id)} is the id of ${list}[${other}] too; each has its own`);
  }
}

function checkMeter(meter: SketchMeter, { lines, points }: Sketch, say: Say): void {
  const path: Path = ['meters', meter.index];
  const profile = meter.profile === undefined ? undefined : findProfile(meter.profile);
  if (meter.profile !== undefined && profile === undefined) {
    const ids = profiles.map(({ id }) => id);
    say(
      [...path, 'profile'],
      `${shown(meter.profile)} ${unknownName(meter.profile, ids)}; joulegate-sim list has all`,
    );
  }
  const line = lines.find(({ id }) => id === meter.line);
  if (meter.line !== undefined && line === undefined) {
    const ids = lines.flatMap(({ id }) => id ?? []);
    say([...path, 'line'], `${shown(meter.line)} ${unknownName(meter.line, ids)}`);
  }
  const point = meter.at === undefined ? undefined : points.get(meter.at);
  if (meter.at !== undefined && point === undefined && points.size > 0) {
    say([...path, 'at'], `${shown(meter.at)} ${unknownName(meter.at, [...points.keys()])}`);
  }
  if (profile === undefined) return;
  const kind = lineKindOf(profile);
  if (line?.kind !== undefined && line.kind !== kind) {
    say(
      [...path, 'line'],
      `${shown(line.id)} is a line of kind ${line.kind}; ${profile.id} hangs on one of kind ${kind}`,
    );
  }
  if (kind === 'rs485' && meter.hasAddress === false) {
    say([...path, 'address'], `is missing; ${profile.id} has a Modbus address from 1 to 247`);
  }
  if (kind === 'ir' && meter.hasAddress === true) {
    say([...path, 'address'], `${profile.id} has no address; take it out`);
  }
  checkHead(meter, profile.id, kind === 'ir', path, say);
  if (point === undefined) return;
  const direct = isDirectMeter(profile);
  if (direct !== point.isDirect) {
    const currents = ['alternating', 'direct'];
    say(
      [...path, 'at'],
      `${shown(meter.at)} has ${currents[Number(point.isDirect)]} current; ${profile.id} measures ${currents[Number(direct)]} current`,
    );
  } else if (point.phases.length > 1 && isOnePhaseMeter(profile)) {
    const allowed = point.phases.map(phase => `${meter.at}.${phase}`).join(', ');
    say(
      [...path, 'at'],
      `${shown(meter.at)} has ${point.phases.length} phases; ${profile.id} measures one: ${allowed} is allowed`,
    );
  }
}

function checkHead(meter: SketchMeter, profile: string, isHead: boolean, path: Path, say: Say): void {
  const heads = headsOf(profile);
  if (isHead && heads.length === 0) {
    say(
      [...path, 'profile'],
      `${profile} has to be asked, and a scenario's heads push; sml-meter, d0-meter or p1-meter is allowed`,
    );
  } else if (meter.head !== undefined && !heads.includes(meter.head.split('+', 1)[0] ?? '')) {
    const allowed = heads.length === 0 ? 'it has no head: take it out' : `allowed are ${heads.join(', ')}`;
    say([...path, 'head'], `${shown(meter.head)} is not what ${profile} reads; ${allowed}`);
  } else if (meter.head !== undefined) {
    const mistake = headMistake(meter.head);
    if (mistake !== undefined) say([...path, 'head'], `${shown(meter.head)}: ${mistake}`);
  }
}

/** Lines with more meters than a gateway takes, for a line has one. Other masters read as many as there are addresses. */
export function crowdedLines({ lines, meters }: Sketch): PathMistake[] {
  return lines.flatMap(({ id, index }) => {
    const hanging = id === undefined ? 0 : meters.filter(({ line }) => line === id).length;
    if (hanging <= limits.metersPerGateway) return [];
    const message = `has ${hanging} meters; a gateway takes ${limits.metersPerGateway}, so put some on another line`;
    return [{ path: ['lines', index], message }];
  });
}

function checkLines({ lines, meters }: Sketch, say: Say): void {
  for (const { id, kind } of lines) {
    const hanging = id === undefined ? [] : meters.filter(({ line }) => line === id);
    const taken = new Map<number, number>();
    for (const meter of hanging) {
      const address =
        meter.address ?? (kind === 'i2c' && meter.hasAddress === false ? usualChipAddress : undefined);
      if (address === undefined) continue;
      const other = taken.get(address);
      if (other === undefined) taken.set(address, meter.index);
      else
        say(
          ['meters', meter.index, 'address'],
          `${address} is taken on ${id} by meters[${other}]; choose another`,
        );
    }
    const [, second] = hanging;
    if (kind === 'ir' && second !== undefined) {
      say(
        ['meters', second.index, 'line'],
        `${shown(id)} has a head already; an infrared line has one, so give this one a line of its own`,
      );
    }
  }
}

/** Of an INA219 with both address pins at ground. */
export const usualChipAddress = 0x40;
