import { html, type TemplateResult } from 'lit';
import type { Address } from '../address.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import './jg-notice.ts';

/** That what an address names is not there, and the way to where there is something. */
export const notFound = (text: string, address: Address, where: string): TemplateResult =>
  html`<jg-notice kind="warn" .text=${text}></jg-notice>
    <p>${linkTo(address, words().nav.backTo(where), 'button')}</p>`;
