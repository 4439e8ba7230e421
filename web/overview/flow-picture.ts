import type { Meter } from '../../host/api/contract.ts';
import type { Balance, Flow, Role } from '../site/balance.ts';
import type { FlowColour, MeterColour } from '../site/meter-colours.ts';

/** A place in the picture beside the house. */
export interface FlowPart {
  readonly kind: 'solar' | 'grid' | 'battery' | 'load' | 'rest' | 'more';
  /** Of loads: their name; of `more`, how many there are. */
  readonly name: string | null;
  readonly count: number;
  /** Power to the house; below zero from it. null: it has no value now. */
  readonly powerW: number | null;
  readonly colour: FlowColour;
}

/** What is drawn: where power can come from, the house, and the loads that draw most. */
export interface FlowPicture {
  readonly sources: readonly FlowPart[];
  readonly houseW: number | null;
  readonly loads: readonly FlowPart[];
}

const sum = (flows: readonly Flow[]): number => flows.reduce((total, { powerW }) => total + powerW, 0);

/**
 * The picture of a balance: sources that exist, each known or not, and of the loads the `most` largest, in the site's
 * order so that they do not change places all the time. What no meter explains is a part of its own.
 */
export function pictureOf(
  balance: Balance,
  meters: readonly Meter[],
  roles: ReadonlyMap<string, Role>,
  colours: ReadonlyMap<string, MeterColour>,
  most: number,
): FlowPicture {
  const exists = (role: Role) =>
    meters.some(({ key, quantities }) => roles.get(key) === role && quantities.includes('powerW'));
  const part = (kind: FlowPart['kind'], powerW: number | null, colour: FlowColour): FlowPart => ({
    kind,
    name: null,
    count: 1,
    powerW,
    colour,
  });
  const { gridW, solarW, batteryW, usedW, sources, uses } = balance;
  const isFeeding = gridW !== null && gridW < 0;
  const places = [
    exists('solar') ? [part('solar', solarW, 'solar')] : [],
    exists('grid') ? [part('grid', gridW, isFeeding ? 'feed' : 'grid')] : [],
    exists('battery') ? [part('battery', batteryW === null ? null : -batteryW + 0, 'battery')] : [],
  ];

  const loads = [...uses, ...sources.map(flow => ({ ...flow, powerW: -flow.powerW }))];
  const own = loads.filter(({ kind }) => kind === 'load');
  // One that is left has the place that 'one more' would have.
  const room = own.length === most + 1 ? own.length : most;
  const chosen = new Set(
    own
      .toSorted((a, b) => Math.abs(b.powerW) - Math.abs(a.powerW))
      .slice(0, room)
      .map(({ key }) => key),
  );
  const shown = meters.flatMap(({ key, name }) => {
    const flow = own.find(one => one.key === key);
    if (flow === undefined || !chosen.has(key)) return [];
    return [{ ...part('load', -flow.powerW, colours.get(key) ?? 'load-0'), name }];
  });
  const others = own.filter(({ key }) => !chosen.has(key));
  const more = others.length === 0 ? [] : [{ ...part('more', -sum(others), 'rest'), count: others.length }];
  const rest = loads.filter(({ kind }) => kind === 'rest').map(({ powerW }) => part('rest', -powerW, 'rest'));
  return {
    sources: places.flat(),
    houseW: exists('grid') ? usedW : sum(own),
    // Where all is the rest, it would say the same again.
    loads: shown.length === 0 ? [] : [...shown, ...more, ...rest],
  };
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly isTall: boolean;
  readonly house: Place;
  readonly sources: readonly Place[];
  readonly loads: readonly Place[];
}

const [sourceRadius, houseRadius, loadRadius] = [27, 50, 19];

/** Beside one another where there is room, else one above the other, as on phones. */
export function drawingOf({ sources, loads }: FlowPicture, isTall: boolean): Drawing {
  return isTall ? tall(sources.length, loads.length) : wide(sources.length, loads.length);
}

const spread = (count: number, from: number, to: number): number[] =>
  Array.from({ length: count }, (_, index) => from + ((index + 0.5) / count) * (to - from));

function wide(sources: number, loads: number): Drawing {
  const width = 640;
  const height = Math.max(200, sources * 104, loads * 58);
  const houseX = loads === 0 ? 400 : 300;
  return {
    width,
    height,
    isTall: false,
    house: { x: houseX, y: height / 2, radius: houseRadius },
    sources: spread(sources, 0, height).map(y => ({ x: 62, y: y - 8, radius: sourceRadius })),
    loads: spread(loads, 0, height).map(y => ({ x: 490, y, radius: loadRadius })),
  };
}

function tall(sources: number, loads: number): Drawing {
  const width = 340;
  const houseY = sources === 0 ? 60 : 196;
  return {
    width,
    height: loads === 0 ? houseY + 62 : houseY + 190,
    isTall: true,
    house: { x: width / 2, y: houseY, radius: houseRadius },
    sources: spread(sources, 0, width).map(x => ({ x, y: 32, radius: sourceRadius })),
    loads: spread(loads, 0, width).map(x => ({ x, y: houseY + 138, radius: loadRadius })),
  };
}

export interface Curve {
  /** SVG path. */
  readonly path: string;
  /** A point of it that is far from where the curves meet. */
  readonly labelX: number;
  readonly labelY: number;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** A curve between the rims of two places; `share` says where its label stands, from 0 at `from` to 1. */
export function curveOf(from: Place, to: Place, isTall: boolean, share: number): Curve {
  const sign = isTall ? Math.sign(to.y - from.y) : Math.sign(to.x - from.x);
  const [startX, startY] = isTall
    ? [from.x, from.y + sign * from.radius]
    : [from.x + sign * from.radius, from.y];
  const [endX, endY] = isTall ? [to.x, to.y - sign * to.radius] : [to.x - sign * to.radius, to.y];
  const [middleX, middleY] = [(startX + endX) / 2, (startY + endY) / 2];
  const [ax, ay, bx, by] = isTall ? [startX, middleY, endX, middleY] : [middleX, startY, middleX, endY];
  const at = (p0: number, p1: number, p2: number, p3: number) => {
    const left = 1 - share;
    return left ** 3 * p0 + 3 * left ** 2 * share * p1 + 3 * left * share ** 2 * p2 + share ** 3 * p3;
  };
  const points = [startX, startY, ax, ay, bx, by, endX, endY].map(round);
  const [x0, y0, x1, y1, x2, y2, x3, y3] = points;
  return {
    path: `M${x0} ${y0}C${x1} ${y1} ${x2} ${y2} ${x3} ${y3}`,
    labelX: round(at(startX, ax, bx, endX)),
    labelY: round(at(startY, ay, by, endY)),
  };
}
