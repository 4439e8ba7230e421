/**
 * Energy is counted of what a meter draws, below zero where it feeds in: where the power of both ways has columns or series of
 * its own that of the import is taken for it, and where there is none that of the export.
 * @param quantities all that is proposed of the meter
 */
export function countedPower(
  quantities: readonly string[],
): <Use extends { readonly quantity: string; readonly factor: number }>(use: Use) => Use {
  const isThere = quantities.some(each => /^(?:powerW|energy(?:Import|Export)Wh)$/.test(each));
  const own = quantities.includes('powerImportW') ? 'powerImportW' : 'powerExportW';
  const sign = own === 'powerImportW' ? 1 : -1;
  return use =>
    isThere || use.quantity !== own ? use : { ...use, quantity: 'powerW', factor: sign * use.factor };
}
