import { isQuantityId } from '#core/quantities.ts';
import { windowLengthsS } from '#core/wire/settings.ts';
import type { Field } from '../../set-up/fields.ts';
import { type Static, Type } from '../../typebox.ts';
import { everyColumn, meterColumns, meterMistakes, meterSchema, metersOptions } from '../meter-settings.ts';

export const usualEveryS = 60;
const name = Type.String({ minLength: 1, maxLength: 128 });

export const httpSettings = Type.Object({
  meters: Type.Array(
    Type.Object({
      ...meterSchema,
      everyS: Type.Optional(Type.Integer({ minimum: 1, maximum: 900 })),
      sendsEveryS: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 * 86_400 })),
    }),
    metersOptions,
  ),
  lines: Type.Optional(
    Type.Array(
      Type.Object({
        meter: Type.String({ maxLength: 64 }),
        quantity: Type.String({ maxLength: 64 }),
        measurement: name,
        tags: Type.Optional(Type.String({ maxLength: 512 })),
        field: name,
        factor: Type.Optional(Type.Number({ minimum: -1e12, maximum: 1e12 })),
      }),
      { maxItems: 512 },
    ),
  ),
  passesOver: Type.Optional(Type.Boolean()),
});
export type HttpSettings = Static<typeof httpSettings>;

/** `room=cellar,phase=L1`; undefined where it is not so. */
export function tagsOf(text = ''): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const part of text.split(',').filter(each => each.trim() !== '')) {
    const at = part.indexOf('=');
    if (at < 1) return undefined;
    tags.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return tags;
}

export function httpMistakes({ meters, lines = [] }: HttpSettings) {
  const mistakes = [...meterMistakes(meters)];
  for (const [index, { everyS = usualEveryS }] of meters.entries()) {
    const message = `${everyS} given; one of ${windowLengthsS.join(', ')} is allowed`;
    if (!windowLengthsS.includes(everyS)) mistakes.push({ field: `meters.${index}.everyS`, message });
  }
  const seen = new Set<string>();
  for (const [index, { meter, quantity, tags, factor }] of lines.entries()) {
    const add = (field: string, message: string) =>
      void mistakes.push({ field: `lines.${index}.${field}`, message });
    if (!meters.some(({ id }) => id === meter))
      add('meter', `there is no meter ${meter}; allowed are ${meters.map(({ id }) => id).join(', ')}`);
    if (!isQuantityId(quantity))
      add('quantity', `${quantity} is no quantity, such as powerW or energyImportWh`);
    else if (seen.has(`${meter} ${quantity}`))
      add('quantity', `${quantity} of ${meter} is given twice; each may come from one place`);
    seen.add(`${meter} ${quantity}`);
    if (tagsOf(tags) === undefined) add('tags', 'tags are written name=value, with commas between');
    if (factor === 0) add('factor', '0 would make all values 0; another number is allowed');
  }
  return mistakes;
}

export const httpFields: readonly Field[] = [
  {
    name: 'meters',
    kind: 'rows',
    label: { en: 'Meters', de: 'Zähler', pt: 'Contadores' },
    columns: [
      ...meterColumns,
      {
        ...everyColumn,
        label: { en: 'A value every', de: 'Ein Wert alle', pt: 'Um valor a cada' },
        hint: {
          en: 'One value is kept in each such interval: give the one your sender measures in, 60 s where empty.',
          de: 'In jedem solchen Intervall wird ein Wert behalten: das, in dem Ihr Gerät misst; leer: 60 s.',
          pt: 'Em cada intervalo guarda-se um valor: indique aquele em que o dispositivo mede; vazio: 60 s.',
        },
      },
      {
        name: 'sendsEveryS',
        kind: 'number',
        unit: 's',
        isOptional: true,
        label: { en: 'Sent every', de: 'Gesendet alle', pt: 'Enviado a cada' },
        hint: {
          en: 'Where several values are sent together. After three times this long it counts as silent.',
          de: 'Wo mehrere Werte zusammen kommen. Nach dreimal so langer Zeit gilt das Gerät als still.',
          pt: 'Quando vários valores vêm juntos. Ao fim do triplo deste tempo, considera-se em silêncio.',
        },
      },
    ],
  },
  {
    name: 'lines',
    kind: 'rows',
    isOptional: true,
    label: { en: 'Line protocol', de: 'Line Protocol', pt: 'Line protocol' },
    hint: {
      en: 'What of InfluxDB lines is which value. Without a row: the measurement is the meter’s id, the field the quantity.',
      de: 'Was der InfluxDB-Zeilen welcher Wert ist. Ohne Zeile hier: Measurement ist die Kennung des Zählers, das Feld die Größe.',
      pt: 'O que nas linhas do InfluxDB é cada valor. Sem linha aqui: o measurement é o identificador do contador e o campo a grandeza.',
    },
    columns: [
      { name: 'meter', kind: 'text', label: { en: 'Meter', de: 'Zähler', pt: 'Contador' } },
      { name: 'quantity', kind: 'quantity', label: { en: 'Quantity', de: 'Größe', pt: 'Grandeza' } },
      {
        name: 'measurement',
        kind: 'text',
        label: { en: 'Measurement', de: 'Measurement', pt: 'Measurement' },
      },
      {
        name: 'tags',
        kind: 'text',
        isOptional: true,
        label: { en: 'Tags', de: 'Tags', pt: 'Tags' },
        hint: { en: 'room=cellar,phase=L1', de: 'raum=keller,phase=L1', pt: 'sala=cave,fase=L1' },
      },
      { name: 'field', kind: 'text', label: { en: 'Field', de: 'Feld', pt: 'Campo' } },
      {
        name: 'factor',
        kind: 'number',
        isOptional: true,
        label: { en: 'Times', de: 'Mal', pt: 'Vezes' },
        hint: {
          en: '1000 where kW or kWh are sent.',
          de: '1000, wo kW oder kWh gesendet werden.',
          pt: '1000 quando são enviados kW ou kWh.',
        },
      },
    ],
  },
  {
    name: 'passesOver',
    kind: 'switch',
    isOptional: true,
    label: {
      en: 'Pass over what is not listed',
      de: 'Übergehen, was nicht aufgeführt ist',
      pt: 'Ignorar o que não está na lista',
    },
    hint: {
      en: 'Off: it is refused by name. Either way it is proposed when you search.',
      de: 'Aus: Es wird mit Namen abgelehnt. In beiden Fällen schlägt die Suche es vor.',
      pt: 'Desligado: é recusado pelo nome. Em ambos os casos é proposto na procura.',
    },
  },
];
