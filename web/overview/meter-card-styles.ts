import { css } from 'lit';

export const meterCardStyles = css`
  :host {
    height: 100%;
  }
  article {
    position: relative;
    display: flex;
    flex-direction: column;
    height: 100%;
    padding: 1.25rem;
    transition: border-color 120ms;
  }
  article:hover {
    border-color: var(--jg-control);
  }
  article.bad {
    border-color: color-mix(in srgb, var(--jg-bad) 45%, var(--jg-border));
  }
  header {
    display: flex;
    justify-content: space-between;
    align-items: start;
    gap: 0.75rem;
  }
  h3 {
    font-size: 1rem;
    overflow-wrap: anywhere;
  }
  .dot {
    display: inline-block;
    width: 0.625rem;
    height: 0.625rem;
    border-radius: 3px;
    margin-right: 0.5rem;
    background: var(--jg-colour);
  }
  h3 a {
    color: inherit;
    text-decoration: none;
  }
  /* The whole card leads to its meter's page. */
  h3 a::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: var(--jg-radius);
  }
  h3 a:focus-visible {
    outline: none;
  }
  h3 a:focus-visible::after {
    outline: 3px solid var(--jg-accent);
    outline-offset: 2px;
  }
  .origin {
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  .value {
    font-size: 2rem;
    font-weight: 600;
    letter-spacing: -0.02em;
    line-height: 1.2;
    margin-top: 0.75rem;
  }
  .value .unit {
    font-size: 1.125rem;
    letter-spacing: 0;
    margin-left: 0.375rem;
  }
  .direction {
    font-size: 0.9375rem;
    font-weight: 400;
    letter-spacing: 0;
    color: var(--jg-muted);
  }
  .value.old {
    color: var(--jg-muted);
  }
  .why {
    color: var(--jg-bad);
  }
  .warn .why {
    color: var(--jg-warn);
  }
  .idle .why {
    color: var(--jg-muted);
  }
  jg-sparkline {
    --jg-spark: var(--jg-colour);
  }
  .past {
    display: block;
    margin: 0.75rem 0;
    border-radius: 6px;
    color: inherit;
    text-decoration: none;
  }
  .past:hover {
    background: color-mix(in srgb, var(--jg-colour) 8%, transparent);
  }
  .today {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.5rem;
    margin-top: auto;
  }
  .today dt {
    font-size: 0.8125rem;
    color: var(--jg-muted);
  }
  .today dd {
    font-weight: 550;
  }
  .account {
    margin-top: 0.625rem;
    padding-top: 0.625rem;
    border-top: 1px solid var(--jg-border);
  }
  /* Above the link that the whole card is. */
  .past,
  .account a {
    position: relative;
    z-index: 1;
  }
  .account a {
    color: var(--jg-muted);
    text-decoration-color: color-mix(in srgb, currentColor 40%, transparent);
    text-underline-offset: 0.2em;
  }
  .account a:hover {
    color: var(--jg-text);
  }
  .details {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem 0.875rem;
    margin-top: 0.625rem;
  }
`;
