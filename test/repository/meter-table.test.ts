import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { profiles } from '#profiles/registry.ts';
import { meterTable, withMeterTable } from './meter-table.ts';
import { root } from './tree.ts';

const path = resolve(root, 'README.md');

test('the table of meters in the README is that of the profiles; `npm run meters` writes it', () => {
  const text = readFileSync(path, 'utf8');
  const due = withMeterTable(text);
  if (process.env.JOULEGATE_WRITE === 'meters') writeFileSync(path, due);
  else expect(text, 'README.md is behind the profiles; run: npm run meters').toBe(due);
});

test('the table has a row for each profile, and marks what is doubtful', () => {
  const rows = meterTable().split('\n').slice(2);
  expect(rows).toHaveLength(profiles.length);
  for (const profile of profiles) {
    const own = rows.filter(row => row.includes(`\`${profile.id}\``));
    expect(own, profile.id).toHaveLength(1);
    const isDoubtful = profile.kind === 'modbus' && profile.registers.some(register => register.isDoubtful);
    expect(own[0]?.includes('Doubtful'), profile.id).toBe(isDoubtful);
  }
});
