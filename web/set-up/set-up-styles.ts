import { css } from 'lit';

/** Forms of what people set up, their rows, and what was heard. */
export const setUpStyles = css`
  form,
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr));
    gap: 1rem 1.25rem;
    align-items: start;
  }
  .fields > fieldset.rows {
    grid-column: 1 / -1;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  fieldset.rows {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
    justify-items: start;
  }
  fieldset.row-of {
    justify-self: stretch;
    padding: 1rem;
    border-radius: var(--jg-radius-small);
    background: var(--jg-sunken);
  }
  legend {
    padding: 0;
    font-weight: 600;
  }
  .rows > legend {
    margin-bottom: 0.5rem;
  }
  article.panel {
    padding: clamp(1rem, 2.5vw, 1.5rem);
  }
  .row-of > legend {
    float: left;
    font-size: 0.9375rem;
  }
  .row-of > .fields {
    clear: both;
    padding-top: 0.75rem;
  }
  .row-of > button {
    float: right;
    min-height: 2rem;
    padding: 0.125rem 0.5rem;
  }
  .hinted {
    display: grid;
    gap: 0.375rem;
  }
  .with-unit {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.5rem;
    align-items: center;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2.5rem;
  }
  .wrong {
    color: var(--jg-bad);
    font-size: 0.875rem;
    overflow-wrap: anywhere;
  }
  .kinds {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr));
    gap: 0.75rem;
  }
  .kinds button {
    display: grid;
    gap: 0.25rem;
    width: 100%;
    height: 100%;
    padding: 1rem 1.25rem;
    justify-content: stretch;
    align-content: start;
    text-align: left;
    white-space: normal;
  }
  .box {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
    padding: 0.75rem 1rem;
    border-radius: var(--jg-radius-small);
    background: var(--jg-sunken);
  }
  .status {
    display: contents;
  }
  progress {
    width: 100%;
    accent-color: var(--jg-accent);
  }
  .lines > li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.25rem 1rem;
    padding: 0.625rem 0;
    border-top: 1px solid var(--jg-border);
    overflow-wrap: anywhere;
  }
  .lines > li > div {
    min-width: 0;
  }
  dl.values {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr));
    gap: 0.375rem 1.5rem;
  }
  dl.values > div {
    display: flex;
    justify-content: space-between;
    gap: 0.75rem;
  }
  .lines h3,
  h4 {
    margin: 0;
    font-size: 1rem;
    font-weight: 550;
  }
`;
