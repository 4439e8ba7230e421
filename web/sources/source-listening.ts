import { html, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';

/** That the host listens, which takes some seconds and can be ended. */
export const listening = (text: string, stop: () => void): TemplateResult =>
  html`<div class="box" role="status">
    <p>${text}</p>
    <progress aria-label=${text}></progress>
    <div class="row"><button type="button" @click=${stop}>${words().sources.stop}</button></div>
  </div>`;
