import { deepFreeze } from '#core/freeze.ts';

/** What the erasure of a site does with a table, by the column that tells whose a row is. */
export type SiteRule =
  | { readonly by: 'series' | 'meter' | 'gateway'; readonly column: string }
  /** Rows say things of several sites: a function of its own goes through them (`edits.ts`). */
  | 'edited'
  /** It holds nothing of any site. */
  | 'kept';

/** What the erasure of a person does with a table. */
export type PersonRule = { readonly goesBy: string } | 'edited' | 'kept';

interface TableRule {
  readonly tables: RegExp;
  readonly site: SiteRule;
  readonly person: PersonRule;
}

const bySeries = { by: 'series', column: 'series' } as const;
const byMeter = { by: 'meter', column: 'meter' } as const;
const byGateway = { by: 'gateway', column: 'gateway' } as const;

/** Every table of a host's database; one that is not here stops an erasure, and a test. */
export const tableRules: readonly TableRule[] = deepFreeze([
  { tables: /^modbus_server$/, site: 'edited', person: 'kept' },
  { tables: /^(gauge|counter)_(g\d+|\d+|day|none)$/, site: bySeries, person: 'kept' },
  { tables: /^(span|missing)_(g\d+|none)$|^(ledger_900|meter_serial)$/, site: byMeter, person: 'kept' },
  { tables: /^correction$/, site: byMeter, person: 'edited' },
  { tables: /^imported_series$/, site: bySeries, person: 'kept' },
  { tables: /^imported$/, site: 'edited', person: 'edited' },
  { tables: /^(meter|lost|watermark|gateway_credential)$/, site: byGateway, person: 'kept' },
  { tables: /^series$/, site: byMeter, person: 'kept' },
  { tables: /^gateway$/, site: { by: 'gateway', column: 'id' }, person: 'kept' },
  { tables: /^gateway_site$/, site: byGateway, person: 'kept' },
  { tables: /^home_assistant$/, site: 'edited', person: 'kept' },
  { tables: /^alarm_state$/, site: byGateway, person: 'kept' },
  { tables: /^alarm_event$/, site: byGateway, person: 'edited' },
  { tables: /^alarm_rule$/, site: 'edited', person: 'kept' },
  { tables: /^connector$/, site: { by: 'gateway', column: 'id' }, person: 'kept' },
  { tables: /^push$/, site: 'edited', person: { goesBy: 'name' } },
  {
    tables: /^(generation|archive|correction_rebuild|site|site_book|mqtt_client|forward(_cursor)?)$/,
    site: 'edited',
    person: 'kept',
  },
  { tables: /^(audit|rollout|channel|notice_delivery)$/, site: 'edited', person: 'edited' },
  { tables: /^(account_right|api_token|share_link)$/, site: 'edited', person: { goesBy: 'account' } },
  { tables: /^account$/, site: 'kept', person: { goesBy: 'name' } },
  { tables: /^session_origin$/, site: 'kept', person: 'edited' },
  { tables: /^(session|second_factor|spare_code)$/, site: 'kept', person: { goesBy: 'account' } },
  {
    tables: /^(quantity|kept|tier|tier_sorted|migration|secrets_mark|firmware_link_key)$/,
    site: 'kept',
    person: 'kept',
  },
]);

/** @throws Error for a table that nobody thought of here */
export function ruleOf(table: string): TableRule {
  const rule = tableRules.find(({ tables }) => tables.test(table));
  if (rule === undefined)
    throw new Error(`nothing is known of the table ${table}: it was made by another version; run that one`);
  return rule;
}
