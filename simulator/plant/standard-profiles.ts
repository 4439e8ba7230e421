import type { DayKind, Moment } from './moment.ts';

/**
 * Standard load profiles: the power of very many consumers of a kind in each hour, as hundredths of their mean over the
 * year. Shapes by season and day of the week. Worked out for this table from the quarter-hourly values that BDEW
 * published in 2025 for grid operators (H25 with its course over the year, G25, L25): means by hour and season, scaled to
 * the year's mean, two digits kept.
 */
const shapes = {
  household: {
    winter: {
      weekday: [
        78, 67, 63, 63, 66, 76, 100, 108, 101, 97, 97, 106, 110, 109, 107, 111, 128, 159, 178, 177, 162, 144,
        126, 101,
      ],
      saturday: [
        85, 72, 66, 64, 65, 66, 79, 102, 125, 137, 147, 159, 158, 151, 147, 148, 158, 179, 187, 176, 158, 142,
        130, 109,
      ],
      sunday: [
        89, 76, 70, 67, 66, 67, 76, 96, 124, 146, 165, 185, 178, 162, 152, 150, 158, 181, 191, 181, 162, 142,
        125, 100,
      ],
    },
    between: {
      weekday: [
        67, 58, 55, 55, 58, 69, 88, 92, 86, 84, 84, 92, 96, 93, 90, 92, 100, 117, 139, 150, 144, 128, 110, 86,
      ],
      saturday: [
        75, 64, 59, 57, 58, 61, 72, 93, 112, 122, 128, 137, 134, 127, 122, 120, 121, 131, 145, 150, 141, 128,
        114, 95,
      ],
      sunday: [
        78, 67, 61, 59, 59, 62, 70, 89, 114, 133, 147, 161, 153, 137, 127, 121, 121, 135, 151, 155, 145, 129,
        109, 86,
      ],
    },
    summer: {
      weekday: [
        66, 57, 54, 53, 55, 62, 75, 80, 78, 77, 78, 85, 89, 87, 84, 85, 91, 104, 118, 123, 121, 116, 104, 83,
      ],
      saturday: [
        72, 62, 57, 55, 55, 56, 65, 82, 98, 108, 113, 122, 121, 115, 111, 109, 109, 115, 122, 121, 117, 113,
        106, 90,
      ],
      sunday: [
        74, 64, 58, 56, 54, 55, 62, 77, 98, 114, 125, 139, 134, 121, 112, 107, 107, 116, 126, 127, 123, 116,
        103, 82,
      ],
    },
  },
  business: {
    winter: {
      weekday: [
        51, 50, 49, 50, 54, 66, 96, 153, 202, 220, 230, 227, 209, 195, 192, 185, 171, 153, 121, 94, 78, 67,
        59, 54,
      ],
      saturday: [
        51, 50, 49, 50, 52, 59, 66, 74, 88, 107, 118, 118, 110, 99, 90, 87, 85, 86, 81, 75, 68, 62, 56, 53,
      ],
      sunday: [
        50, 48, 48, 48, 48, 51, 55, 58, 60, 62, 66, 67, 67, 65, 64, 64, 68, 72, 71, 67, 63, 58, 53, 49,
      ],
    },
    between: {
      weekday: [
        46, 45, 45, 46, 50, 62, 89, 137, 180, 198, 208, 207, 190, 177, 174, 165, 149, 130, 104, 84, 72, 63,
        54, 50,
      ],
      saturday: [
        47, 46, 45, 45, 47, 54, 60, 67, 81, 100, 110, 110, 103, 92, 84, 80, 76, 75, 71, 68, 63, 58, 52, 48,
      ],
      sunday: [
        46, 45, 44, 44, 45, 46, 49, 50, 53, 56, 59, 62, 62, 61, 59, 60, 61, 62, 62, 62, 59, 54, 49, 46,
      ],
    },
    summer: {
      weekday: [
        45, 44, 44, 44, 48, 57, 77, 117, 158, 177, 189, 190, 176, 165, 163, 156, 142, 123, 97, 76, 65, 60, 54,
        49,
      ],
      saturday: [
        46, 45, 44, 44, 46, 50, 55, 62, 77, 95, 105, 106, 99, 89, 80, 77, 73, 72, 66, 62, 57, 55, 51, 48,
      ],
      sunday: [
        45, 44, 43, 43, 43, 43, 45, 48, 53, 56, 60, 63, 62, 61, 60, 60, 61, 60, 59, 57, 55, 52, 49, 45,
      ],
    },
  },
  farm: {
    winter: {
      weekday: [
        60, 54, 52, 50, 50, 55, 74, 123, 180, 179, 141, 136, 121, 98, 95, 95, 102, 135, 190, 204, 154, 107,
        87, 72,
      ],
      saturday: [
        64, 61, 56, 52, 50, 53, 63, 104, 164, 185, 159, 150, 130, 100, 84, 77, 80, 111, 167, 195, 150, 103,
        84, 68,
      ],
      sunday: [
        57, 54, 51, 50, 50, 55, 79, 129, 186, 185, 144, 139, 123, 103, 98, 93, 99, 132, 184, 203, 154, 106,
        87, 70,
      ],
    },
    between: {
      weekday: [
        58, 51, 49, 48, 47, 52, 72, 121, 171, 158, 124, 125, 112, 93, 89, 88, 91, 110, 159, 180, 144, 106, 87,
        70,
      ],
      saturday: [
        61, 56, 52, 49, 48, 50, 59, 105, 161, 167, 140, 139, 123, 97, 82, 76, 77, 99, 145, 168, 137, 100, 81,
        65,
      ],
      sunday: [
        55, 51, 49, 48, 48, 52, 75, 126, 174, 165, 129, 130, 117, 95, 89, 86, 87, 109, 157, 177, 145, 108, 87,
        69,
      ],
    },
    summer: {
      weekday: [
        55, 49, 46, 45, 44, 48, 65, 110, 155, 142, 114, 121, 109, 88, 85, 85, 86, 97, 138, 157, 127, 98, 81,
        66,
      ],
      saturday: [
        57, 52, 48, 46, 44, 46, 54, 95, 148, 151, 127, 128, 113, 88, 76, 72, 73, 86, 126, 144, 119, 91, 74,
        61,
      ],
      sunday: [
        53, 48, 46, 45, 44, 49, 70, 118, 160, 147, 120, 128, 114, 92, 88, 86, 85, 99, 138, 158, 130, 99, 82,
        65,
      ],
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Season, Shapes>>>>;

type Season = 'winter' | 'between' | 'summer';
type Shapes = Readonly<Record<DayKind, readonly number[]>>;

export type StandardProfileId = keyof typeof shapes;

export const standardProfileIds = Object.freeze(['household', 'business', 'farm'] as const);

/** Of each month of the north. */
const seasons: readonly Season[] = Object.freeze([
  'winter',
  'winter',
  'between',
  'between',
  'summer',
  'summer',
  'summer',
  'summer',
  'between',
  'between',
  'winter',
  'winter',
]);

const quarters = 96;

/** Quarter-hourly values of a day: on the line between the hours' middles. */
function quartersOf(hourly: readonly number[]): readonly number[] {
  return Array.from({ length: quarters }, (_, quarter) => {
    const position = (quarter + 0.5) / 4 - 0.5;
    const hour = Math.floor(position);
    const part = position - hour;
    const at = (index: number): number => (hourly[(index + 24) % 24] as number) / 100;
    return at(hour) * (1 - part) + at(hour + 1) * part;
  });
}

type Tables = Readonly<Record<Season, Readonly<Record<DayKind, readonly number[]>>>>;

const tablesOf = (of: Readonly<Record<Season, Shapes>>): Tables => {
  const season = (shape: Shapes) => ({
    weekday: quartersOf(shape.weekday),
    saturday: quartersOf(shape.saturday),
    sunday: quartersOf(shape.sunday),
  });
  return { winter: season(of.winter), between: season(of.between), summer: season(of.summer) };
};

const tables: Readonly<Record<StandardProfileId, Tables>> = Object.freeze({
  household: tablesOf(shapes.household),
  business: tablesOf(shapes.business),
  farm: tablesOf(shapes.farm),
});

/** The power of the profile's consumers in this quarter of an hour, as a multiple of its mean over the year. */
export function shareAt(id: StandardProfileId, { season, secondOfDay, kind }: Moment): number {
  const month = Math.min(11, Math.floor(season * 12));
  const table = tables[id][seasons[month] as Season][kind];
  return table[Math.min(quarters - 1, Math.floor(secondOfDay / 900))] as number;
}
