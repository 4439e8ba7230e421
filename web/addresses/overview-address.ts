/** What flows now; the page without an address. */
export interface OverviewAddress {
  readonly view: 'overview';
}

export const parseOverview = (): OverviewAddress => ({ view: 'overview' });
export const formatOverview = (): string => '/';
