(() => {
  "use strict";
  const CHUNK = 100; // rows that are added at once, when somebody scrolls down to them
  const data = JSON.parse(document.getElementById("ranking-data").textContent);
  const names = data.feature.map((name) => name.toLowerCase());
  const box = document.getElementById("rows");
  const body = document.querySelector("#ranking tbody");
  const heads = [...document.querySelectorAll("#ranking th")];
  const search = document.getElementById("search");
  const only = document.getElementById("only-selected");
  const count = document.getElementById("count");
  const collator = new Intl.Collator(undefined, { numeric: true });
  let key = "rank";
  let ascending = true;
  let order = [];
  let shown = 0;

  const add = (parent, tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text; // names are text, never markup
    parent.append(element);
    return element;
  };

  const addRow = (i) => {
    const row = add(body, "tr", data.selected[i] ? "selected" : "", "");
    add(row, "td", "number", data.rank[i]);
    const feature = add(row, "td", "feature", data.feature[i]);
    if (data.note[i]) add(feature, "span", "note", data.note[i]);
    const evidence = add(row, "td", "number", data.evidence[i].toFixed(3));
    const bar = add(evidence, "span", "bar", "");
    bar.style.setProperty("--share", `${100 * data.evidence[i]}%`);
    add(row, "td", "number wide", data.open[i].toFixed(3));
    add(row, "td", "number wide", data.mu[i].toFixed(3));
    add(row, "td", "", data.selected[i] ? "yes" : "");
  };

  const addRows = () => {
    const end = Math.min(shown + CHUNK, order.length);
    for (; shown < end; shown += 1) addRow(order[shown]);
  };

  const compare = (a, b) => {
    const x = data[key][a];
    const y = data[key][b];
    const first = key === "feature" ? collator.compare(x, y) : x - y;
    return (ascending ? first : -first) || data.rank[a] - data.rank[b];
  };

  const update = () => {
    const wanted = search.value.trim().toLowerCase();
    order = [...names.keys()].filter(
      (i) => names[i].includes(wanted) && (data.selected[i] || !only.checked),
    );
    order.sort(compare);
    for (const head of heads) {
      const direction = ascending ? "ascending" : "descending";
      head.setAttribute("aria-sort", head.dataset.key === key ? direction : "none");
    }
    count.textContent = `${order.length} of ${names.length}`;
    body.replaceChildren();
    shown = 0;
    box.scrollTop = 0;
    addRows();
  };

  for (const head of heads) {
    head.querySelector("button").addEventListener("click", () => {
      const numbers = !["rank", "feature"].includes(head.dataset.key);
      ascending = head.dataset.key === key ? !ascending : !numbers;
      key = head.dataset.key;
      update();
    });
  }
  search.addEventListener("input", update);
  only.addEventListener("change", update);
  box.addEventListener("scroll", () => {
    if (box.scrollTop + 2 * box.clientHeight > box.scrollHeight) addRows();
  });
  window.addEventListener("beforeprint", () => {
    while (shown < order.length && shown < 10 * CHUNK) addRows();
  });
  update();
})();
