/** What flows between a house and the grid, by the names of columns. */
const gridWords =
  /netz|(?<![a-z])grid(?!ms)|\brede\b|import|export|einspeis|bezug|bezog|feed(?!er)|purchas|inje[cçt]|exced|verti[dt]/i;
/** What is made or used behind it. */
const sideWords =
  /solar|\bpv\b|photovolt|produ[cçk]|erzeug|yield|ertrag|generat|haus|home|house|\bload\b|\blast\b|verbrauch|consum/i;
const storeWords = /batter|akku|speicher|\bstorage\b/i;

/** A column that measures, by its title. */
export interface Measuring {
  readonly column: number;
  readonly title: string;
  readonly quantity: string;
}

/** Power or energy, and which way; undefined for anything else. */
function flowOf(quantity: string): string | undefined {
  const [, what, way = 'Import'] = /^(power|energy)(Import|Export)?(?:L[123])?Wh?$/.exec(quantity) ?? [];
  return what === undefined ? undefined : `${what}${way}`;
}

/**
 * Columns of a site with several sides that are not its grid's, as the pages of inverters export them: a line goes into one
 * meter, which is that of the grid where there are columns of it. A battery's flows are no meter's beside others.
 */
export function besideTheGrid(measuring: readonly Measuring[]): ReadonlySet<number> {
  const flows = measuring.filter(({ quantity }) => flowOf(quantity) !== undefined);
  const isOfGrid = ({ title }: Measuring) => gridWords.test(title) && !storeWords.test(title);
  const left = flows.filter(each => {
    if (isOfGrid(each)) return false;
    if (storeWords.test(each.title)) return flows.some(({ title }) => !storeWords.test(title));
    return flows.some(
      other =>
        isOfGrid(other) &&
        (other.quantity === each.quantity ||
          (sideWords.test(each.title) && flowOf(other.quantity) === flowOf(each.quantity))),
    );
  });
  return new Set(left.map(({ column }) => column));
}
