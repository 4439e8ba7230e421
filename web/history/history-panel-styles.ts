import { css } from 'lit';

export const historyPanelStyles = css`
  section {
    padding: clamp(1rem, 2.5vw, 1.75rem);
    min-height: 24rem;
  }
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  .head h2 {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.625rem;
  }
  .head h2 span {
    font-weight: 400;
  }
  .tools {
    display: flex;
  }
  .blank {
    display: grid;
    place-items: center;
    min-height: 20rem;
  }
  jg-history-legend {
    margin-top: 0.375rem;
  }
  .parts {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem 1.5rem;
    margin-top: 0.5rem;
  }
  @media (min-width: 64rem) {
    .parts {
      grid-template-columns: minmax(0, 1fr) 15.5rem;
      grid-template-rows: auto 1fr;
    }
    .figures {
      grid-area: 1 / 2 / 3 / 3;
      border-left: 1px solid var(--jg-border);
      padding-left: 1.25rem;
    }
  }
  .stage {
    position: relative;
    min-width: 0;
  }
  .hint {
    margin: 0 0 0 4.5rem;
  }
  .over {
    position: absolute;
    inset: 0 0 4rem 4.5rem;
    display: grid;
    place-items: center;
    pointer-events: none;
  }
  .why {
    margin-top: 0.5rem;
  }
  .why + jg-energy-panel {
    margin-top: 1rem;
  }
  .tools .icon {
    padding-inline: 0.5rem;
  }
  @media (max-width: 60rem) {
    .hint {
      display: none;
    }
  }
  @media (max-width: 40rem) {
    .head {
      flex-wrap: wrap;
    }
    .head button span {
      position: absolute;
      clip-path: inset(50%);
      width: 1px;
      height: 1px;
      overflow: hidden;
    }
  }
`;
