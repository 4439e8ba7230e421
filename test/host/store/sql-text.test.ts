import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { list, quoted } from '../../../host/store/sql-text.ts';

const odd = [
  ...[
    '',
    ' lead ',
    'x, y',
    '[z]',
    '{a: 1}',
    'NULL',
    'null',
    "it's",
    "'q'",
    'a"b',
    '"',
    'c\\d',
    '\\n',
    'a\\"',
  ],
  ...['tab\there', 'line\nbreak', '\r', '\u0001', '\u007f', '\u2028', 'é😀'],
];

test('texts come into the database as they are, whatever is in them', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const rows = async (sql: string, ...values: string[]) =>
    (await connection.runAndReadAll(sql, values)).getRows().map(([text]) => text);
  const isKept = async (given: readonly string[]) => {
    expect(await rows('SELECT unnest(?::VARCHAR[])', list(given))).toEqual(given);
    for (const text of given) {
      expect(await rows(`SELECT ${quoted(text, "'")}`)).toEqual([text]);
      if (text !== '')
        expect(await rows(`SELECT column_name FROM (DESCRIBE SELECT 1 AS ${quoted(text, '"')})`)).toEqual([
          text,
        ]);
    }
  };
  await isKept(odd);
  // A text of a statement ends at a NUL.
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }).filter(text => !text.includes('\0')));
  await fc.assert(fc.asyncProperty(texts, isKept), { numRuns: 20 });
  expect(await rows('SELECT unnest(?::BIGINT[])::VARCHAR', list([0, -1, 9_007_199_254_740_991]))).toEqual([
    '0',
    '-1',
    '9007199254740991',
  ]);
  connection.closeSync();
  instance.closeSync();
});
