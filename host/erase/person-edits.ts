import { everySite } from '../auth/roles.ts';
import { scrubbedText } from './scrub.ts';
import { named, type Workbench } from './sql.ts';
import { ruleOf } from './table-rules.ts';

export interface PersonFacts {
  readonly name: string;
  /** What stands in the person's place: `(erased 2)`. */
  readonly mark: string;
  readonly hasAccount: boolean;
}

/** Columns that say who did something. */
const deeds = [
  ['audit', 'account'],
  ['correction', 'who'],
  ['imported', 'who'],
  ['imported', 'undoneBy'],
] as const;

/**
 * What is known of a person, who may be known by an address, chat or topic that messages are sent to alone.
 * @throws Error where nothing is, or where the host would be left without an admin
 */
export async function personFacts(bench: Workbench, name: string, isAddress = false): Promise<PersonFacts> {
  const of = (table: string) => named(bench.source, table);
  const names = async (table: string, column: string) =>
    bench.tables.has(table)
      ? (
          await bench.all(`SELECT DISTINCT ${column} AS name FROM ${of(table)} WHERE ${column} IS NOT NULL`)
        ).map(row => String(row.name))
      : [];
  const accounts = await names('account', 'name');
  const doers = new Set<string>();
  for (const [table, column] of deeds) for (const doer of await names(table, column)) doers.add(doer);
  if (!accounts.includes(name) && !doers.has(name) && !isAddress)
    throw new Error(
      `Nobody is called ${JSON.stringify(name)} here; accounts are ${accounts.join(', ') || 'none'}.`,
    );
  const rights = bench.tables.has('account_right')
    ? await bench.all(`SELECT account, roles FROM ${of('account_right')}`)
    : [];
  const admins = rights.filter(({ roles }) => isHostAdmin(String(roles))).map(row => String(row.account));
  if (admins.length === 1 && admins[0] === name && accounts.length > 1)
    throw new Error(
      `${name} is the last admin of this host: make somebody else one first, or nobody could administer it.`,
    );
  let number = 1;
  while (doers.has(`(erased ${number})`)) number++;
  return { name, mark: `(erased ${number})`, hasAccount: accounts.includes(name) };
}

/** Puts the mark where the person's name stands, and ends what belongs to the person without saying so. */
export async function editForPerson(bench: Workbench, { name, mark }: PersonFacts): Promise<void> {
  const isErased = (text: string) => text === name;
  // Where somebody was at that time is about the person, too.
  await bench.rewrite('audit', 'address', (text, row) => (row.account === name ? mark : text));
  for (const [table, column] of [...deeds, ['audit', 'subject'] as const])
    await bench.rewrite(table, column, text => (isErased(text) ? mark : text));
  for (const [table, column] of [
    ['audit', 'was'],
    ['audit', 'became'],
    ['rollout', 'body'],
    ['alarm_event', 'body'],
  ] as const)
    await bench.rewrite(table, column, text => scrubbedText(text, isErased, { mark, keeps: true }));
  const origins = await bench.toChange('session_origin');
  if (origins !== undefined && bench.tables.has('session'))
    await bench.run(
      `DELETE FROM ${origins} WHERE tokenHash IN (SELECT tokenHash FROM ${named(bench.source, 'session')} WHERE account = ?)`,
      [name],
    );
}

/** The condition of rows that stay, of tables whose rows belong to one person each. */
export function notOfPerson(table: string, name: string): string | undefined {
  const { person } = ruleOf(table);
  return typeof person === 'object' ? `${person.goesBy} <> '${name.replaceAll("'", "''")}'` : undefined;
}

function isHostAdmin(roles: string): boolean {
  const given: unknown = JSON.parse(roles);
  return (
    typeof given === 'object' &&
    given !== null &&
    Object.entries(given).some(([site, role]) => site === everySite && role === 'admin')
  );
}
