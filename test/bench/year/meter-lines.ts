import { DuckDBInstance } from '@duckdb/node-api';
import { quantities } from '#core/quantities.ts';
import { counted, countersSql, firstSinceSql, gaugesSql, powersSql, shown } from './recipe.ts';
import { yearFromS } from './year.ts';

/** What one meter has in one window: a number to a value, or all four. */
export interface MeterLine {
  readonly startS: number;
  readonly fields: readonly (readonly [name: string, value: number])[];
}

/** The windows of the site's first meter, as the year has them, for databases of another kind. */
export async function meterLines(days: number, isFour: boolean): Promise<MeterLine[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const columns = async (sql: string): Promise<number[][]> =>
      (await connection.runAndReadAll(sql)).getColumns().map(column => column.map(Number));
    await connection.run(`CREATE TABLE since AS ${firstSinceSql}`);
    await connection.run(
      `CREATE TABLE powers AS SELECT * FROM (${powersSql(yearFromS, yearFromS + days * 86_400)}) WHERE meter = 0`,
    );
    const byStart = new Map<number, [string, number][]>();
    const put = (startS: number, name: string, value: number) => {
      const fields = byStart.get(startS) ?? [];
      byStart.set(startS, fields);
      fields.push([name, value]);
    };
    const [series = [], starts = [], min = [], mean = [], max = [], last = []] = await columns(
      `SELECT series::DOUBLE, startS::DOUBLE, min::DOUBLE, mean::DOUBLE, max::DOUBLE, last::DOUBLE FROM (${gaugesSql()})`,
    );
    for (const [row, startS] of starts.entries()) {
      const quantity = shown[(series[row] ?? 1) - 1]?.quantity ?? 'powerW';
      const { decimals } = quantities[quantity];
      const low = min[row] ?? 0;
      const value = (above: number | undefined) =>
        Number(((low + (above ?? 0)) / 10 ** decimals).toFixed(decimals));
      put(startS, isFour ? `${quantity}Mean` : quantity, value(mean[row]));
      if (!isFour) continue;
      put(startS, `${quantity}Min`, value(0));
      put(startS, `${quantity}Max`, value(max[row]));
      put(startS, `${quantity}Last`, value(last[row]));
    }
    const [counters = [], at = [], reading = []] = await columns(
      `SELECT series::DOUBLE, startS::DOUBLE, last::DOUBLE FROM (${countersSql()})`,
    );
    for (const [row, startS] of at.entries()) {
      const quantity = counted[(counters[row] ?? 1) - 1 - shown.length] ?? 'energyImportWh';
      put(startS, quantity, (reading[row] ?? 0) / 10 ** quantities[quantity].decimals);
    }
    return [...byStart].map(([startS, fields]) => ({ startS, fields })).sort((a, b) => a.startS - b.startS);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
