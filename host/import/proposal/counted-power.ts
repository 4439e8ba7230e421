/**
 * Energy is counted of what a meter draws, below zero where it feeds in: where the power of one way alone is told that is
 * taken for it. Of both ways neither is: the energy of the other one would be counted as none.
 * @param quantities all that is proposed of the meter
 */
export function countedPower(
  quantities: readonly string[],
): <Use extends { readonly quantity: string; readonly factor: number }>(use: Use) => Use {
  const isThere = quantities.some(each => /^(?:powerW|energy(?:Import|Export)Wh)$/.test(each));
  const ways = ['powerImportW', 'powerExportW'].filter(way => quantities.includes(way));
  const [own] = isThere || ways.length !== 1 ? [] : ways;
  const sign = own === 'powerImportW' ? 1 : -1;
  return use => (use.quantity === own ? { ...use, quantity: 'powerW', factor: sign * use.factor } : use);
}
