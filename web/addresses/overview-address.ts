/** What flows now; the page without an address. */
export interface OverviewAddress {
  readonly view: 'overview';
  /** What is looked for in a long list of meters; absent: all are shown. */
  readonly find?: string;
  /** Only meters that need a look. */
  readonly troubledOnly?: true;
}

const longestFind = 100;

export function parseOverview(_parts: readonly string[] = [], query?: URLSearchParams): OverviewAddress {
  const find = query?.get('find')?.slice(0, longestFind) ?? '';
  return {
    view: 'overview',
    ...(find !== '' && { find }),
    ...(query?.get('troubled') === 'only' && { troubledOnly: true }),
  };
}

export function formatOverview({ find, troubledOnly }: OverviewAddress = { view: 'overview' }): string {
  const query = new URLSearchParams();
  if (find !== undefined && find !== '') query.set('find', find);
  if (troubledOnly) query.set('troubled', 'only');
  return query.size > 0 ? `/overview?${query}` : '/';
}
