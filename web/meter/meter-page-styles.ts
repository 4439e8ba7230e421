import { css } from 'lit';

/** What the cards of a meter's page have in common. */
export const meterPageStyles = css`
  .stale {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    color: var(--jg-warn);
  }
  section.panel {
    padding: 1.25rem 1.5rem 1.5rem;
    display: grid;
    gap: 0.875rem;
    align-content: start;
    min-width: 0;
    height: 100%;
  }
  section.panel > * {
    min-width: 0;
  }
  h3 {
    font-size: 1rem;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 0.4375rem 0.5rem;
    text-align: right;
  }
  th:first-child,
  td:first-child {
    text-align: left;
    padding-left: 0;
  }
  th:last-child,
  td:last-child {
    padding-right: 0;
  }
  thead th {
    font-weight: 500;
    font-size: 0.8125rem;
    color: var(--jg-muted);
  }
  tbody th {
    font-weight: 400;
  }
  tbody tr {
    border-top: 1px solid var(--jg-border);
  }
  .scroll {
    overflow-x: auto;
  }
  .segments button {
    min-height: 2.25rem;
  }
  summary {
    cursor: pointer;
    color: var(--jg-accent);
    font-size: 0.875rem;
    width: fit-content;
  }
  details table {
    margin-top: 0.5rem;
    font-size: 0.9375rem;
  }
  .hatch {
    fill: var(--jg-idle-tint);
  }
  .hatch-line {
    stroke: var(--jg-control);
    stroke-width: 1;
  }
  @media (max-width: 40rem) {
    section.panel {
      padding: 1rem;
    }
  }
`;

/** Colours of phases; a name always stands beside them. */
export const phaseStyles = css`
  .L1,
  .single {
    --phase: var(--jg-load-0);
  }
  .L2 {
    --phase: var(--jg-load-3);
  }
  .L3 {
    --phase: var(--jg-load-4);
  }
`;
