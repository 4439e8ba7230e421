import { isQuantityId, quantities, quantityIds } from '#core/quantities.ts';
import type { Mistake } from '#core/rules.ts';
import type { FileFormat, ImportOrder, ValueColumn } from '../import/order.ts';
import { patternMistake, zoneMistake } from '../import/time-reader.ts';
import type { ImportCheck, ImportFormat } from './contract.ts';
import { mistaken } from './errors.ts';

/** How a file is read; what is not said is as it mostly is. @throws ApiFailure that names each field that is wrong */
export function formatOf(format: ImportFormat = {}): FileFormat {
  const mistakes = formatMistakes(format);
  if (mistakes.length > 0) throw mistaken('request.invalid', mistakes);
  const { kind = 'csv', delimiter = ',', encoding = 'utf-8', header = true, empty = [] } = format;
  const { table, thousands, skip = 0, under = 0, comments = false, ragged = false, series } = format;
  const isText = kind === 'csv';
  return {
    kind,
    delimiter,
    decimal: format.decimal ?? (isText && delimiter === ';' ? ',' : '.'),
    encoding,
    hasHeader: header || !isText,
    empty,
    skip,
    under,
    hasComments: comments,
    isRagged: ragged,
    ...(table !== undefined && { table }),
    ...(thousands !== undefined && { thousands }),
    ...(series !== undefined && { series }),
  };
}

/** As the page and programs send it back. */
export function formatTold(format: FileFormat): ImportFormat {
  const { hasHeader: header, hasComments: comments = false, isRagged: ragged = false, ...same } = format;
  const { empty, series, ...rest } = same;
  return { ...rest, header, comments, ragged, empty: [...empty], ...(series && { series: [...series] }) };
}

function formatMistakes({ kind, table, decimal, delimiter, thousands }: ImportFormat): Mistake[] {
  const mistakes: Mistake[] = [];
  if (kind === 'sqlite' && table === undefined)
    mistakes.push({ field: 'format.table', message: 'nothing given; the name of a table or view is needed' });
  if (thousands !== undefined && thousands === (decimal ?? (delimiter === ';' ? ',' : '.')))
    mistakes.push({
      field: 'format.thousands',
      message: `${JSON.stringify(thousands)} given, which stands before decimals; another is allowed`,
    });
  return mistakes;
}

/** An import as it was asked for. @throws ApiFailure that names each field that is wrong */
export function orderOf(check: ImportCheck, siteZone: string): ImportOrder {
  const mistakes: Mistake[] = [];
  const note = (field: string, message: string | undefined) => {
    if (message !== undefined) mistakes.push({ field, message });
  };
  const { time, columns, windowS, overlap = 'refuse', mistakes: policy = 'refuse' } = check;
  mistakes.push(...formatMistakes(check.format ?? {}));
  const { zone = siteZone, means = 'start' } = time;
  note('time.format', patternMistake(time.format));
  note('time.zone', zoneMistake(zone));
  const valueColumns = columns.flatMap(
    ({ column, meter, quantity, factor = 1, where, low, high }, index): ValueColumn[] => {
      if (isQuantityId(quantity) && quantities[quantity].kind === 'counter') {
        const said = low !== undefined ? 'low' : high !== undefined ? 'high' : undefined;
        if (said !== undefined)
          note(
            `columns[${index}].${said}`,
            `${quantity} is a counter; only gauges have a least and a greatest`,
          );
      }
      const isTwice = columns
        .slice(0, index)
        .some(
          other =>
            other.meter === meter &&
            other.quantity === quantity &&
            other.where?.column === where?.column &&
            other.where?.equals === where?.equals,
        );
      if (isTwice)
        note(
          `columns[${index}].quantity`,
          `${quantity} of ${meter} is given twice; each may come from one column: leave one out, or give it another meter`,
        );
      if (factor === 0) note(`columns[${index}].factor`, '0 given; another number is allowed');
      if (isQuantityId(quantity)) {
        const bounds = { ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
        return [
          {
            column,
            meter,
            quantity,
            factor: String(factor),
            ...(where !== undefined && { where }),
            ...bounds,
          },
        ];
      }
      note(
        `columns[${index}].quantity`,
        `${JSON.stringify(quantity)} given; ${quantityIds.join(', ')} are allowed`,
      );
      return [];
    },
  );
  if (mistakes.length > 0) throw mistaken('request.invalid', mistakes);
  return {
    format: formatOf(check.format),
    time: { columns: time.columns, format: time.format, zone, means },
    columns: valueColumns,
    windowS,
    overlap,
    mistakes: policy,
  };
}
