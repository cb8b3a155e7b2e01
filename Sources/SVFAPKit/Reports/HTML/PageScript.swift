/// Values under the pointer: the only script of a page, which is complete without it.
enum PageScript {
  /// For every chart: the named curves carry their values (`data-values`: "x y,x y ...") in the order of the points of
  /// their paths. The nearest point of each is shown; the arrow keys move from point to point.
  static let javaScript = """
    "use strict";
    for (const figure of document.querySelectorAll(".chart")) {
      const svg = figure.querySelector("svg[role=img]"), cursor = svg.querySelector(".cursor");
      const curves = [...svg.querySelectorAll("path[data-name]")].map(path => {
        const places = path.getAttribute("d").split(/[ML]/).slice(1).map(pair => pair.split(" ").map(Number));
        const values = path.dataset.values.split(",").map(pair => pair.split(" "));
        return { name: path.dataset.name, color: getComputedStyle(path).stroke, places, values };
      });
      const longest = curves.reduce((a, b) => b.places.length > a.places.length ? b : a);
      let tip = null, current = -1;
      const nearest = (curve, x) => {
        let best = 0;
        curve.places.forEach((place, index) => { if (Math.abs(place[0] - x) < Math.abs(curve.places[best][0] - x)) best = index; });
        return best;
      };
      const show = x => {
        current = nearest(longest, x);
        const at = longest.places[current][0];
        cursor.setAttribute("x1", at);
        cursor.setAttribute("x2", at);
        figure.classList.add("on");
        if (!tip) { tip = document.createElement("div"); tip.className = "tip"; tip.setAttribute("role", "status"); figure.append(tip); }
        tip.textContent = figure.dataset.x + " " + longest.values[current][0];
        for (const curve of curves) {
          const index = nearest(curve, at), row = document.createElement("div"), name = document.createElement("span");
          name.textContent = curve.name + " ";
          name.style.color = curve.color;
          const value = document.createElement("b");
          value.textContent = curve.values[index][1];
          row.append(name, value);
          if (curve.values[index][0] !== longest.values[current][0]) row.append(" (" + figure.dataset.x + " " + curve.values[index][0] + ")");
          tip.append(row);
        }
        const box = svg.getBoundingClientRect(), outer = figure.getBoundingClientRect();
        const left = box.left - outer.left + at / svg.viewBox.baseVal.width * box.width;
        tip.style.left = Math.max(0, left + tip.offsetWidth + 14 > outer.width ? left - tip.offsetWidth - 12 : left + 12) + "px";
        tip.style.top = box.top - outer.top + 12 + "px";
      };
      const hide = () => { figure.classList.remove("on"); if (tip) tip.remove(); tip = null; current = -1; };
      const follow = event => {
        const box = svg.getBoundingClientRect();
        show((event.clientX - box.left) / box.width * svg.viewBox.baseVal.width);
      };
      svg.addEventListener("pointermove", follow);
      svg.addEventListener("pointerdown", follow);
      svg.addEventListener("pointerleave", event => { if (event.pointerType === "mouse") hide(); });
      figure.addEventListener("blur", hide);
      figure.addEventListener("keydown", event => {
        const move = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[event.key];
        if (event.key === "Escape") hide();
        if (move === undefined) return;
        event.preventDefault();
        const last = longest.places.length - 1, from = current < 0 ? (move > 0 ? -1 : last + 1) : current;
        show(longest.places[Math.min(Math.max(from + move, 0), last)][0]);
      });
    }
    """
}
