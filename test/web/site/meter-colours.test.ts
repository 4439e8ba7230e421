import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { colourProperty, flowColours, meterColours } from '../../../web/site/meter-colours.ts';

type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** What remains of linear light without one kind of cone (Machado, Oliveira, Fernandes 2009, severity 1). */
const eyes: Readonly<Record<string, Matrix>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const linear = (share: number) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);

function rgbOf(hex: string): Rgb {
  const part = (from: number) => linear(Number.parseInt(hex.slice(from, from + 2), 16) / 255);
  return [part(1), part(3), part(5)];
}

const times = (matrix: Matrix, [r, g, b]: Rgb): Rgb => {
  const row = ([x, y, z]: Rgb) => x * r + y * g + z * b;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
};

/** OKLab (Ottosson 2020): distances in it are as large as they look; 0.02 is just seen. */
function labOf(rgb: Rgb): Rgb {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  );
  const [l, m, s] = cones.map(value => Math.cbrt(Math.max(0, value)));
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [l ?? 0, m ?? 0, s ?? 0],
  );
}

const apart = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const tokens = readFileSync(new URL('../../../web/tokens.css', import.meta.url), 'utf8');

function colourOf(property: string, theme: 'light' | 'dark'): Rgb {
  const found = new RegExp(`${property}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(tokens);
  if (found === null) throw new Error(`tokens.css has no ${property}`);
  return rgbOf(found[theme === 'light' ? 1 : 2] ?? '');
}

describe.each(['light', 'dark'] as const)('the colours of what flows, %s', theme => {
  it.each(Object.entries(eyes))('any two are told apart with %s sight', (_name, eye) => {
    for (const [index, one] of flowColours.entries()) {
      for (const other of flowColours.slice(0, index)) {
        const [a, b] = [one, other].map(name => labOf(times(eye, colourOf(colourProperty(name), theme))));
        expect(apart(a ?? [0, 0, 0], b ?? [0, 0, 0]), `${one} and ${other}`).toBeGreaterThan(0.1);
      }
    }
  });

  it('they stand out from the ground, and those that are text too are readable', () => {
    const ground = colourOf('--jg-surface', theme);
    for (const name of flowColours) {
      const least = name === 'rest' ? 1.5 : name === 'solar' ? 2 : 2.9;
      expect(contrast(colourOf(colourProperty(name), theme), ground), name).toBeGreaterThan(least);
    }
    for (const name of ['grid', 'feed'] as const) {
      expect(contrast(colourOf(colourProperty(name), theme), ground), name).toBeGreaterThan(4.5);
    }
  });
});

const meter = (id: string, name: string, quantities = ['powerW', 'energyImportWh']) => ({
  key: `home.${id}`,
  id,
  name,
  profile: 'eastron-sdm120',
  role: null,
  quantities,
});

describe('the colour of a meter', () => {
  it('is its role’s, else by the order of the loads', () => {
    const colours = meterColours([
      meter('dc', '12 V', ['powerW', 'shuntVoltageV']),
      meter('grid', 'Grid'),
      meter('ev', 'Car'),
      meter('pv', 'PV'),
      meter('pv2', 'PV garage'),
      meter('kitchen', 'Kitchen'),
    ]);
    expect(Object.fromEntries(colours)).toEqual({
      'home.grid': 'grid',
      'home.ev': 'load-0',
      'home.kitchen': 'load-1',
      'home.pv': 'solar',
      'home.dc': 'load-2',
      'home.pv2': 'load-3',
    });
  });

  it('stays when a value changes, and every meter has one', () => {
    const many = Array.from({ length: 150 }, (_, index) => meter(`m${index}`, `Meter ${index}`));
    const colours = meterColours(many);
    expect(colours.size).toBe(150);
    expect(meterColours(many.map(one => ({ ...one })))).toEqual(colours);
  });
});
