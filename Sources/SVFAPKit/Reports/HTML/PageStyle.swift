/// How a page looks: light or dark as the reader's system is, one column on a phone, plain in print.
enum PageStyle {
  static let css = """
    :root {
      --page: #f4f6f9; --card: #fff; --text: #1b2430; --muted: #5a6575; --line: #d9dfe7; --grid: #e6eaf0; --accent: #1f5fbf;
      --heat: 31 95 191; --good: #1d7a4c; --bad: #b3261e; --wait: #8a5a00;
      --c0: #1f6fc4; --c1: #cf5f08; --c2: #1f8455; --c3: #ad2f7c; --c4: #6549c4; --c5: #7d6300;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #0f1319; --card: #181e27; --text: #e6ebf2; --muted: #9ba7b7; --line: #2b3441; --grid: #252d39; --accent: #7db4ff;
        --heat: 58 128 220; --good: #5fd098; --bad: #ff8a80; --wait: #ffc45c;
        --c0: #6cb0ff; --c1: #ff9f4d; --c2: #58cf97; --c3: #f178c4; --c4: #ab97ff; --c5: #d9bf4a;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    main { max-width: 1120px; margin: 0 auto; padding: 28px 16px 64px; }
    h1 { font-size: 1.7em; line-height: 1.2; margin: 0 0 6px; overflow-wrap: anywhere; }
    h2 { font-size: 1.25em; margin: 36px 0 12px; }
    h3 { font-size: 1.05em; margin: 20px 0 10px; }
    header p { margin: 0 0 18px; }
    a { color: var(--accent); }
    nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 18px; }
    .muted { color: var(--muted); }
    .bad { color: var(--bad); }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; margin: 0 0 14px; min-width: 0; }
    .badge { display: inline-block; border: 1px solid; border-radius: 999px; padding: 1px 10px; font-size: .87em; font-weight: 600; overflow-wrap: anywhere; }
    .finished { color: var(--good); } .running { color: var(--accent); } .stopped { color: var(--wait); } .failed { color: var(--bad); }
    .warnings { border: 1px solid var(--wait); border-left-width: 5px; border-radius: 8px; margin: 0 0 14px; padding: 10px 16px 10px 34px; }
    .tiles { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
    .tiles .card { display: flex; flex-direction: column; }
    .tiles b { font-size: 1.75em; line-height: 1.25; overflow-wrap: anywhere; }
    .tiles span { font-size: .87em; }
    .facts { display: grid; gap: 6px 28px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
    .facts div { display: flex; gap: 12px; }
    .facts dt { color: var(--muted); flex: 0 0 8.5em; }
    .facts dd { margin: 0; overflow-wrap: anywhere; }
    figure { margin: 0; }
    figcaption { font-weight: 600; margin-bottom: 6px; }
    figcaption .muted { font-weight: 400; }
    .charts { display: grid; gap: 0 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); }
    .scatters { display: grid; gap: 0 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
    .scatters .card { max-width: 460px; }
    .split { display: grid; gap: 0 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); }
    .chart { position: relative; }
    .chart svg, .scatter svg { display: block; width: 100%; height: auto; }
    svg text { fill: var(--muted); font-size: 11px; font-variant-numeric: tabular-nums; }
    svg text.y { text-anchor: end; dominant-baseline: central; }
    svg text.x { text-anchor: middle; }
    svg text.end { text-anchor: end; }
    .grid path { stroke: var(--grid); fill: none; }
    .grid path.tick { stroke: var(--muted); }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
    .faint { stroke-width: 1; opacity: .32; }
    .legend path { fill: none; stroke-width: 2.5; }
    .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); stroke-dasharray: 7 3; } .s2 { stroke: var(--c2); stroke-dasharray: 2 3; }
    .s3 { stroke: var(--c3); stroke-dasharray: 9 3 2 3; } .s4 { stroke: var(--c4); stroke-dasharray: 4 2; } .s5 { stroke: var(--c5); stroke-dasharray: 12 4; }
    .faint { stroke-dasharray: none; }
    circle.s0 { fill: var(--c0); } circle.s1 { fill: var(--c1); } circle.s2 { fill: var(--c2); }
    circle.s3 { fill: var(--c3); } circle.s4 { fill: var(--c4); } circle.s5 { fill: var(--c5); }
    .chart circle { stroke: none; }
    .mark path { stroke: var(--muted); stroke-dasharray: 2 4; }
    .diagonal { stroke: var(--muted); stroke-dasharray: 5 4; }
    .dots circle { fill: var(--c0); fill-opacity: .5; }
    .cursor { stroke: var(--muted); visibility: hidden; }
    .on .cursor { visibility: visible; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 8px 0 0; padding: 0; font-size: .87em; }
    .legend li { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; }
    .legend svg { flex: none; width: 26px; height: 8px; }
    .tip { position: absolute; z-index: 1; pointer-events: none; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
      padding: 4px 9px; font-size: .83em; white-space: nowrap; box-shadow: 0 2px 10px rgb(0 0 0 / .2); font-variant-numeric: tabular-nums; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    .title { font-weight: 600; margin: 0 0 8px; }
    .title .muted { font-weight: 400; }
    th { text-align: left; font-weight: 600; }
    th, td { padding: 4px 9px; vertical-align: top; }
    .metrics, .account { width: 100%; }
    .metrics tr + tr > *, .metrics tbody tr:first-child > *, .account tr.total > * { border-top: 1px solid var(--line); }
    .metrics tbody th { font-weight: 400; }
    abbr { color: var(--muted); text-decoration: none; }
    .number { text-align: right; white-space: nowrap; }
    .account td { overflow-wrap: anywhere; }
    .matrix { border-spacing: 0; }
    .matrix td { text-align: center; min-width: 58px; border: 2px solid var(--card); border-radius: 4px; background: rgb(var(--heat) / var(--v, 0)); }
    .matrix td small { display: block; font-size: .75em; line-height: 1.2; }
    .matrix td.strong { color: #fff; }
    .matrix td.hit { font-weight: 700; }
    .matrix td.sum, .matrix th.sum { background: none; color: var(--muted); font-weight: 400; text-align: right; }
    .matrix thead th { text-align: center; vertical-align: bottom; font-weight: 400; font-size: .87em; }
    .matrix tbody th { position: sticky; left: 0; background: var(--card); text-align: right; font-weight: 400; white-space: nowrap; vertical-align: middle; }
    .bars { width: 100%; }
    .bars th { font-weight: 400; white-space: nowrap; }
    .bars td { white-space: nowrap; text-align: right; }
    .bars .bar { width: 100%; min-width: 90px; vertical-align: middle; }
    .bars .bar div { height: 13px; min-width: 2px; border-radius: 3px; background: var(--c0); }
    .bars .mean th, .bars .mean td { border-top: 1px solid var(--line); }
    .bars .mean .bar div { background: var(--muted); }
    section.card h3 { margin-top: 0; }
    .pictures { display: flex; flex-wrap: wrap; gap: 14px; }
    .pictures img { max-width: 100%; height: auto; border-radius: 4px; image-rendering: pixelated; }
    .pictures figcaption { font-weight: 400; color: var(--muted); font-size: .87em; margin: 4px 0 0; }
    pre { overflow: auto; max-height: 460px; font-size: .83em; line-height: 1.45; }
    @media (max-width: 560px) {
      main { padding: 18px 10px 40px; }
      svg text { font-size: 14px; }
      .card { padding: 12px 10px; }
      .facts dt { flex-basis: 7em; }
    }
    @media print {
      :root { --page: #fff; --card: #fff; --text: #000; --muted: #444; --line: #bbb; --grid: #ddd; --heat: 31 95 191;
        --accent: #1f5fbf; --good: #1d7a4c; --bad: #b3261e; --wait: #8a5a00;
        --c0: #1f6fc4; --c1: #cf5f08; --c2: #1f8455; --c3: #ad2f7c; --c4: #6549c4; --c5: #7d6300; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      main { max-width: none; padding: 0; }
      .charts { grid-template-columns: 1fr 1fr; }
      .matrix tbody th { position: static; }
      nav, .tip { display: none; }
      .card, figure, tr { break-inside: avoid; }
      h2, h3 { break-after: avoid; }
      pre { max-height: none; white-space: pre-wrap; break-inside: auto; }
    }
    """
}
