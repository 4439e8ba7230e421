import { css } from 'lit';

export const historyBarStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.875rem;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 0.875rem 1rem;
    align-items: end;
  }
  .bar > .field {
    flex: 1 1 12rem;
    max-width: 18rem;
    min-width: 0;
  }
  .bar > .range {
    flex: 0 1 auto;
    max-width: 100%;
  }
  select {
    width: 100%;
  }
  .label {
    font-weight: 500;
    font-size: 0.9375rem;
  }
  .segments {
    display: flex;
    border: 1px solid var(--jg-control);
    border-radius: var(--jg-radius-small);
    overflow: hidden;
    background: var(--jg-surface);
  }
  .segments button {
    border: 0;
    border-radius: 0;
    min-height: calc(2.5rem - 2px);
    background: none;
    flex: 1 1 auto;
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
  .custom {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1rem;
    align-items: end;
  }
  .custom .field {
    flex: 0 1 15rem;
  }
  .mistake {
    flex: 1 1 100%;
    color: var(--jg-bad);
  }
  .mistake:empty {
    display: none;
  }
  .moves {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
  }
  .moves button {
    padding-inline: 0.625rem;
  }
  .span {
    margin-left: 0.5rem;
    font-weight: 500;
  }
  .space {
    flex: 1;
  }
  .hint {
    margin-right: 0.5rem;
  }
  @media (max-width: 60rem) {
    .hint {
      display: none;
    }
  }
  @media (max-width: 40rem) {
    .bar > .field {
      flex: 1 1 9rem;
      max-width: none;
    }
    .bar > .range {
      flex: 1 1 100%;
    }
    .segments button {
      padding-inline: 0.375rem;
      font-size: 0.875rem;
      white-space: normal;
      line-height: 1.2;
    }
    .span {
      order: -1;
      flex: 1 1 100%;
      margin: 0;
    }
  }
`;
