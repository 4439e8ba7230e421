import { isOfSun } from './goes-out.ts';

/** What flows between a house and the grid, by the names of columns. */
const gridWords =
  /netz|(?<![a-z])grid(?!ms)|\brede\b|import|export|einspeis|bezug|bezog|feed(?!er)|purchas|in(?:j|y)e[cçt]|exc[eé]d|verti[dt]|r(?:ü|ue)ck(?:speis|liefer)|afname|terug|soutir|preli?ev|immess|immission/i;
/** What is used behind it, and what is made there. */
const houseWords = /haus|home|house|\bload\b|\blast\b|verbrauch|verbruik|consum/i;
const madeWords = /produ[cçk]|erzeug|yield|ertrag|generat|opwek|opgewekt|opbrengst/i;
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
  const flows = measuring.flatMap(({ column, title: written, quantity }) => {
    // Underscores stand between words, as blanks do.
    const title = written.replaceAll('_', ' ');
    const flow = flowOf(quantity);
    const isStore = storeWords.test(title);
    const isOfGrid = gridWords.test(title) && !isStore;
    return flow === undefined ? [] : [{ column, title, quantity, flow, isStore, isOfGrid }];
  });
  const hasOther = flows.some(({ isStore }) => !isStore);
  const ofGrid = flows.filter(({ isOfGrid }) => isOfGrid);
  const [quantities, ways] = [
    new Set(ofGrid.map(each => each.quantity)),
    new Set(ofGrid.map(({ flow }) => flow)),
  ];
  const hasUse = ofGrid.length > 0 || flows.some(({ title }) => houseWords.test(title));
  const left = flows.filter(({ title, quantity, flow, isStore, isOfGrid }) => {
    if (isOfGrid) return false;
    if (isStore) return hasOther;
    const isOfHouse = houseWords.test(title);
    const isSun = isOfSun(title);
    const isOfSide = isSun || isOfHouse || madeWords.test(title);
    return (isSun && hasUse) || quantities.has(quantity) || (isOfSide && ways.has(flow));
  });
  return new Set(left.map(({ column }) => column));
}
