import { html, type TemplateResult } from 'lit';
import { type Address, formatAddress } from './address.ts';

/** A plain click stays in the page; with a key held the browser opens its tab as usual. */
export function goTo(address: Address) {
  return (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.currentTarget === null) return;
    event.preventDefault();
    event.currentTarget.dispatchEvent(
      new CustomEvent('jg-address', { detail: address, bubbles: true, composed: true }),
    );
  };
}

/** A link within the page. */
export const linkTo = (address: Address, content: unknown, className = ''): TemplateResult =>
  html`<a class=${className} href=${formatAddress(address)} @click=${goTo(address)}>${content}</a>`;
