import { html, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';

export interface Question {
  /** Of the group, for who does not see it. */
  readonly label: string;
  readonly text: string;
  readonly yes: string;
  readonly isOff: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** A question before something is done that cannot be undone at once; styles: `pageStyles`, `gatewayStyles`. */
export const askBox = ({ label, text, yes, isOff, onYes, onNo }: Question): TemplateResult =>
  html`<div class="box" role="group" aria-label=${label}>
    <p>${text}</p>
    <div class="row">
      <button type="button" class="primary" ?disabled=${isOff} @click=${onYes}>${yes}</button>
      <button type="button" @click=${onNo}>${words().gatewayPages.pages.cancel}</button>
    </div>
  </div>`;
