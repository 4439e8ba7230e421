import { css } from 'lit';

/** Basics every component starts from: box model, text, focus, and hiding for the eye alone. */
export const basics = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  h1,
  h2,
  h3 {
    font-weight: 600;
    line-height: 1.3;
    text-wrap: balance;
  }
  h1 {
    font-size: 1.5rem;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: 1.125rem;
  }
  ul,
  ol {
    list-style: none;
  }
  a {
    color: var(--jg-accent);
  }
  .muted {
    color: var(--jg-muted);
  }
  .small {
    font-size: 0.875rem;
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .unit {
    color: var(--jg-muted);
    font-weight: 400;
  }
  .panel {
    background: var(--jg-surface);
    border: 1px solid var(--jg-border);
    border-radius: var(--jg-radius);
    box-shadow: var(--jg-shadow);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  /* A table is as wide as its cells, whatever it is given; fixed it does not widen the page. */
  table.visually-hidden {
    position: fixed;
    inset: 0 auto auto 0;
  }
  :focus-visible {
    outline: 3px solid var(--jg-accent);
    outline-offset: 2px;
    border-radius: 4px;
  }
  /* It has the focus when its page comes; what stands below is close. */
  h1:focus-visible {
    outline-offset: 1px;
    outline-width: 2px;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
  /* Where a person's own colours replace the page's, what is chosen is told by theirs, and keys of charts stay. */
  @media (forced-colors: active) {
    [aria-current='page'],
    [aria-pressed='true'] {
      forced-color-adjust: none;
      background: Highlight !important;
      color: HighlightText !important;
    }
    .dot,
    .key {
      forced-color-adjust: none;
    }
  }
`;

/** Buttons, fields and selects: the browser's own, as they work with every keyboard, reader and phone. */
export const controls = css`
  button,
  .button,
  input,
  select {
    font: inherit;
    min-height: 2.5rem;
    border-radius: var(--jg-radius-small);
    border: 1px solid var(--jg-control);
    background: var(--jg-surface);
    color: var(--jg-text);
    padding: 0.375rem 0.75rem;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    cursor: pointer;
    font-weight: 500;
    text-decoration: none;
    white-space: nowrap;
    transition: background 120ms;
  }
  button:hover:not(:disabled),
  .button:hover {
    background: var(--jg-sunken);
  }
  button.primary {
    background: var(--jg-accent);
    border-color: var(--jg-accent);
    color: var(--jg-on-accent);
  }
  button.primary:hover:not(:disabled) {
    background: color-mix(in srgb, var(--jg-accent) 88%, var(--jg-text));
  }
  button.quiet {
    border-color: transparent;
    background: transparent;
  }
  button.quiet:hover:not(:disabled) {
    background: var(--jg-idle-tint);
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  select {
    appearance: none;
    padding-right: 2.25rem;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%),
      linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-position:
      calc(100% - 1.125rem) 54%,
      calc(100% - 0.8125rem) 54%;
    background-size: 0.3125rem 0.3125rem;
    background-repeat: no-repeat;
    cursor: pointer;
    text-overflow: ellipsis;
    max-width: 100%;
  }
  input {
    width: 100%;
  }
  input:is([type='checkbox'], [type='radio']) {
    inline-size: 1.125rem;
    block-size: 1.125rem;
    min-height: 0;
    margin: 0;
    flex: none;
    accent-color: var(--jg-accent);
  }
  input[readonly] {
    background: var(--jg-sunken);
    color: var(--jg-muted);
  }
  input[aria-invalid='true'] {
    border-color: var(--jg-bad);
  }
  :is(button, .button, input, select):focus-visible {
    border-radius: var(--jg-radius-small);
  }
  label {
    font-weight: 500;
    font-size: 0.9375rem;
  }
  .field {
    display: grid;
    /* A select is as wide as its longest choice, unless it may be narrower. */
    grid-template-columns: minmax(0, 1fr);
    gap: 0.375rem;
  }
  /* Of a few choices one. */
  .segments {
    display: inline-flex;
    max-width: 100%;
    border: 1px solid var(--jg-control);
    border-radius: var(--jg-radius-small);
    overflow: hidden;
  }
  .segments button {
    /* With the frame as high as other controls. */
    min-height: calc(2.5rem - 2px);
    min-width: 0;
    border: 0;
    border-radius: 0;
  }
  @media (max-width: 40rem) {
    .segments button {
      padding-inline: 0.5rem;
    }
  }
  .segments button + button {
    border-left: 1px solid var(--jg-border);
  }
  .segments button[aria-pressed='true'] {
    background: var(--jg-accent-tint);
    color: var(--jg-accent);
  }
  .segments button:focus-visible {
    outline-offset: -3px;
  }
`;
