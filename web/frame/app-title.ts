import type { Address } from '../address.ts';
import { words } from '../i18n/language.ts';
import type { Site } from '../site/site.ts';

/** What an address is about: a view, or the meter or gateway that it shows. Within it one only looks another way. */
export function subjectOf(address: Address): string {
  const { view } = address;
  if (address.view === 'meter') return `${view} ${address.meter}`;
  return address.view === 'gateways' ? `${view} ${address.gateway ?? ''}` : view;
}

/** The same in words, for the title of the window. */
export function titleOf(address: Address, site: Pick<Site, 'meter'>): string {
  const { nav } = words();
  if (address.view === 'meter') return site.meter(address.meter)?.name ?? nav.meter;
  if (address.view === 'gateways') return address.gateway ?? nav.gateways;
  return nav[address.view];
}

/** The gateway that an address is about, itself or by one of its meters; null: none. */
export function gatewayOf(address: Address): string | null {
  if (address.view === 'gateways') return address.gateway;
  const meter = 'meter' in address ? address.meter : null;
  return meter?.split('.')[0] ?? null;
}
