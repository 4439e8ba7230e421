import { isIP } from 'node:net';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { Mistake } from '../../set-up/settings-mistakes.ts';
import { type Static, Type } from '../../typebox.ts';
import type { ConnectorMeter } from '../connector.ts';
import { meterSchema, quantitySchema, windowFor } from '../meter-settings.ts';
import { layouts } from './layouts.ts';
import { type Point, pointForms } from './points.ts';
import { tuyaPort, tuyaVersions } from './protocol.ts';

export const ownLayout = 'own';
/** Slower ones miss what plugs do. */
const usualEveryS = 10;

const oneOf = <Value extends string>(values: readonly Value[]) =>
  Type.Unsafe<Value>(Type.Union(values.map(value => Type.Literal(value))));

const point = Type.Object({
  dp: Type.Integer({ minimum: 1, maximum: 255 }),
  form: Type.Optional(oneOf(pointForms)),
  quantity: quantitySchema,
  scale: Type.Optional(Type.Number({ minimum: -1e6, maximum: 1e6 })),
  isTotal: Type.Optional(Type.Boolean()),
});

export const tuyaSettings = Type.Object({
  id: meterSchema.id,
  name: meterSchema.name,
  address: Type.String({ minLength: 1, maxLength: 253 }),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  deviceId: Type.String({
    pattern: '^[0-9A-Za-z]{10,32}$',
    description: '10 to 32 letters and digits are allowed, as looking around tells them',
  }),
  key: Type.String({ maxLength: 64 }),
  version: oneOf(tuyaVersions),
  layout: oneOf<string>([...layouts.map(({ id }) => id), ownLayout]),
  points: Type.Optional(Type.Array(point, { maxItems: 32 })),
  everyS: Type.Optional(Type.Integer({ minimum: 5, maximum: 600 })),
});
export type TuyaSettings = Static<typeof tuyaSettings>;

export const everyMsOf = ({ everyS = usualEveryS }: TuyaSettings): number => everyS * 1000;
export const portOf = ({ port = tuyaPort }: TuyaSettings): number => port;

/** Of the layout that was chosen, or as they were filled in. */
export function pointsOf({ layout, points = [] }: TuyaSettings): readonly Point[] {
  const known = layouts.find(({ id }) => id === layout);
  if (known !== undefined) return known.points;
  return points.map(({ dp, form = 'number', quantity, scale = usualScale(form) }) => ({
    dp,
    form,
    quantity,
    scale,
  }));
}

/** In the steps that such parts have. */
function usualScale(form: Point['form']): number {
  if (form === 'phaseVoltage') return 0.1;
  return form === 'phaseCurrent' ? 0.001 : 1;
}

export function tuyaMeters(settings: TuyaSettings): readonly ConnectorMeter[] {
  const { id, name } = settings;
  const sampleMs = everyMsOf(settings);
  const series = [...new Set(pointsOf(settings).map(({ quantity }): QuantityId => quantity))];
  return [{ id, name, profile: 'tuya', windowS: windowFor(sampleMs / 1000), sampleMs, series }];
}

/** What the schema cannot say. */
export function tuyaMistakes(settings: TuyaSettings): readonly Mistake[] {
  const { key, address, layout, points = [] } = settings;
  const mistakes: Mistake[] = [];
  if (!/^[\x21-\x7e]{16}$/.test(key))
    mistakes.push({
      field: 'key',
      message: `${key.length} characters given; a local key has 16, without blanks`,
    });
  if (isIP(address) === 0 && !/^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$/.test(address))
    mistakes.push({
      field: 'address',
      message: `${address} given; an IP address or a name is allowed, without http:// or a port`,
    });
  if (layout !== ownLayout && points.length > 0)
    mistakes.push({ field: 'points', message: `the layout ${layout} has its own; choose ${ownLayout}` });
  if (layout === ownLayout && points.length === 0)
    mistakes.push({ field: 'points', message: 'at least one data point is needed' });
  for (const [index, { dp, quantity, isTotal, scale }] of points.entries()) {
    const field = `points.${index}`;
    if (points.findIndex(other => other.quantity === quantity) < index)
      mistakes.push({ field: `${field}.quantity`, message: `${quantity} is given twice` });
    if (scale === 0) mistakes.push({ field: `${field}.scale`, message: '0 given; anything else is allowed' });
    if (quantities[quantity].kind === 'counter' && scale !== undefined && scale < 0)
      mistakes.push({
        field: `${field}.scale`,
        message: `${scale} given; ${quantity} only grows, so it must be above 0`,
      });
    if (quantities[quantity].kind === 'counter' && isTotal !== true)
      mistakes.push({
        field: `${field}.isTotal`,
        message: `data point ${dp} would be stored as a meter's reading; most plugs tell here what was used lately, and begin anew. Switch this on only where you saw it rise over hours and never fall`,
      });
  }
  return mistakes;
}
