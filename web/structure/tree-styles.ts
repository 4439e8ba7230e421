import { css } from 'lit';

export const treeStyles = css`
  :host {
    display: grid;
    gap: 0.75rem;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  ul ul {
    margin-left: 0.6875rem;
    padding-left: 1.125rem;
    border-left: 2px solid var(--jg-border);
  }
  .meter {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0.125rem 0.75rem;
    padding: 0.4375rem 0;
  }
  .dot {
    align-self: center;
    flex: none;
    width: 0.75rem;
    height: 0.75rem;
    border-radius: 3px;
    background: var(--jg-colour, var(--jg-rest));
  }
  .meter a {
    font-weight: 500;
    overflow-wrap: anywhere;
  }
  .gone {
    color: var(--jg-warn);
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr)) auto;
    gap: 0.5rem 0.75rem;
    align-items: end;
    padding: 0.625rem 0;
    min-width: 0;
  }
  .fields legend {
    padding: 0 0 0.25rem;
    font-weight: 500;
  }
  .fields select {
    width: 100%;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  .fields label {
    font-size: 0.8125rem;
    color: var(--jg-muted);
  }
  .site {
    max-width: 24rem;
  }
  @media (max-width: 44rem) {
    .fields {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
