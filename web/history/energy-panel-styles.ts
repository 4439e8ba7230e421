import { css } from 'lit';

export const energyPanelStyles = css`
  h2 {
    font-size: 1rem;
  }
  h2 span {
    font-weight: 400;
  }
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem 1.25rem;
    font-size: 0.875rem;
    margin-bottom: 0.5rem;
    min-height: 1.5rem;
  }
  .key {
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.4375rem;
  }
  .mark {
    width: 0.75rem;
    height: 0.75rem;
    border-radius: 3px;
    background: var(--jg-grid);
  }
  .striped {
    border: 1px solid var(--jg-muted);
    background: repeating-linear-gradient(-45deg, var(--jg-muted) 0 1px, transparent 1px 4px);
  }
  .out {
    background: var(--jg-feed);
  }
  .other {
    border: 1px dashed var(--jg-grid);
    background: color-mix(in srgb, var(--jg-grid) 22%, transparent);
  }
  jg-energy-chart {
    cursor: pointer;
  }
  button.row {
    min-height: 1.75rem;
    padding: 0.125rem 0.375rem;
    margin-left: -0.375rem;
    font-weight: 400;
    color: var(--jg-accent);
  }
  @media (max-width: 40rem) {
    .head button span {
      position: absolute;
      clip-path: inset(50%);
      width: 1px;
      height: 1px;
      overflow: hidden;
    }
  }
`;
