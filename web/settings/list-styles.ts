import { css } from 'lit';
import { choiceStyles } from '../parts/choice-styles.ts';

/** Parts of the settings that are a list: what they are for, each thing with what can be done to it, a form for one more. */
export const listStyles = [
  choiceStyles,
  css`
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 1.25rem;
      max-width: 54rem;
    }
    .panel {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 1rem;
      padding: clamp(1rem, 2.5vw, 1.5rem);
    }
    .intro {
      max-width: 46rem;
    }
    .items > li {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      align-items: center;
      gap: 0.375rem 1rem;
      padding: 0.875rem 0;
      border-top: 1px solid var(--jg-border);
    }
    .items > li:first-child {
      border-top: 0;
      padding-top: 0;
    }
    .items > li:last-child {
      padding-bottom: 0;
    }
    .items h3 {
      font-size: 1rem;
    }
    .items :is(h3, p) {
      overflow-wrap: anywhere;
    }
    .items .wide {
      grid-column: 1 / -1;
    }
    .over {
      color: var(--jg-bad);
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.5rem;
    }
    .row button,
    .row .button {
      min-height: 2.25rem;
      font-size: 0.9375rem;
    }
    form,
    .box {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 1rem;
    }
    form > .row button {
      min-height: 2.5rem;
    }
    .box {
      gap: 0.75rem;
      padding: 0.875rem 1rem;
      border-radius: var(--jg-radius-small);
      background: var(--jg-sunken);
    }
    .fields {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr));
      gap: 1rem;
      align-items: start;
    }
    .field select {
      width: 100%;
    }
    fieldset {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 0.5rem;
    }
    .roles {
      display: grid;
      grid-template-columns: minmax(0, 18rem) minmax(8rem, 14rem);
      gap: 0.5rem 1rem;
      align-items: center;
    }
    .roles label {
      font-weight: 400;
      overflow-wrap: anywhere;
    }
    .roles select {
      width: 100%;
    }
    code {
      font-family: ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, monospace;
      overflow-wrap: anywhere;
    }
    @media (max-width: 40rem) {
      .roles {
        grid-template-columns: minmax(0, 1fr) 9.5rem;
      }
      .items > li {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
];
