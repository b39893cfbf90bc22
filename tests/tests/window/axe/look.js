// Looks at what the page shows now, or at the dialog that lies over it: what lies behind a dialog was looked at before
// it opened. Names, roles and order are the same in every look, colours are not: all rules run in the first look, the
// contrast in each.
window.axeLooks = async (looks) => {
  const part = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
  const now = document.documentElement.dataset;
  const before = [now.theme, now.contrast];
  const found = [];
  let passed = 0;
  for (const [index, [theme, contrast]] of looks.entries()) {
    [now.theme, now.contrast] = [theme, contrast];
    // A colour on its way to another is neither; what turns without end is no colour.
    for (const moving of document.getAnimations())
      if (moving.effect.getComputedTiming().endTime !== Infinity) moving.finish();
    const rules = index === 0 ? {} : { runOnly: ['color-contrast'] };
    // Nothing is fetched: the page holds all its styles.
    const result = await axe.run(part, { resultTypes: ['violations'], preload: false, ...rules });
    passed += result.passes.length;
    for (const { id, impact, help, nodes } of result.violations)
      found.push({
        look: `${theme}, contrast ${contrast}`,
        id,
        impact,
        help,
        nodes: nodes.map(
          ({ html, any }) =>
            `${html.slice(0, 200)} ${any
              .map((check) => check.message)
              .join('; ')
              .slice(0, 240)}`,
        ),
      });
  }
  [now.theme, now.contrast] = before;
  return { passed, found };
};
