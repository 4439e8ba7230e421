/** What was fed in, of energy and of power, in the languages of common files. */
const outWords =
  /export|feed(?!er)|verti[dt]|(?:ein|r(?:ü|ue)ck)(?:ge)?speis|netzabgabe|fed.?in|injekt|in(?:j|y)e[cçt]|exc[eé]d|(?:ü|ue)berschuss|surplus|\b2\.8\.\d|liefer|whout|terug ?(?:ge)?lever|immess[ao]\b|immissione|\bby (?:the )?(?:client|customer)\b|\bto (?:the )?grid\b|ins netz\b|naar (?:het )?net\b|vers le r[eé]seau|\ba la red\b|para a rede/i;
/** The same by the signs of meters, `A-`, `-P`, and by registers of load profiles: `1-1:2.29.0`. */
const outSigns = /(?<![^\s([])(?:[AP]-|-[AP])(?![^\s)\]])|\b2\.(?:5|7|9|29)\.\d/;
/** Of what is energy or power by other words: it goes out, or is made; what is used of that is not. */
const madeWords =
  /return|produ(?:ced|ction|ktion|ctie|cci[oó]n|cid|[cç][aã]o|zid|zione|ite?s?\b)|geproduceerd|prodott[ao]|erzeug|yield|ertrag|opwek|opgewekt|opbrengst|generat(?:ed|ion)|generad|generaci[oó]n|g[eé]n[eé]r[eé]e|ger(?:ação|acao|ad[ao])\b/i;
/** Places and machines that use what they count. */
const workWords =
  /(?:\b(?:linha|l[ií]nea|nave|pavilhão|ligne|atelier|zone|hal) (?:d[ae] )?|re)produ[cçk]\S{0,12}|produ[cçk]\S{0,8}?[ -]?(?:hal|lini|lijn|line|linha|plant|site|area|building|floor|anlage|stra|masch|geb(?:ä|ae)ude|pavilh)|return[ -]?(?:air|fan|flow|line|pump|water)|feed[ -]?(?:pump|water)|injection mou?ld|liefer(?:wagen|fahrzeug|eingang|rampe)/gi;
/** What is used, of whatever was made. */
export const usedWords = /import|bezug|bezog|consum|verbrauch|verbruik|afname/i;

/** Whether words say of energy, or of power, that it is fed in. */
export const isFedIn = (words: string): boolean =>
  outWords.test(words.replace(workWords, '')) || outSigns.test(words);

/** Whether words say of what is energy or power anyway that it is fed in, or made. */
export function goesOut(words: string): boolean {
  const own = words.replace(workWords, '');
  return isFedIn(words) || (madeWords.test(own) && !usedWords.test(own));
}

const sunWords = /solar(?![ -]?(?:pump|therm|log))|\bpv\d*\b|photovolt|fotovolt/i;

/** Who uses what the sun makes. */
const userWords = /haus|home|house|\bload\b|wallbox|\bev\b|charging|geladen|ladung|heiz|heat|boiler|my-pv/i;

/** Whether a name is of what the sun makes, and not of what is used of it. */
export const isOfSun = (words: string): boolean =>
  sunWords.test(words) && !userWords.test(words) && !usedWords.test(words);

/** Whether a column of a file has what is fed in or made: of one that is named PV alone, too, which of a device may be its place. */
export const isMade = (words: string): boolean => goesOut(words) || isOfSun(words);
