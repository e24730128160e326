// What a metric means, for the pointer, the keyboard, and the thumb.
function definitions() {
  for (const term of document.querySelectorAll(".def")) {
    term.addEventListener("keydown", event => { if (event.key === "Escape") term.classList.add("shut"); });
    for (const away of ["blur", "mouseleave"]) term.addEventListener(away, () => term.classList.remove("shut"));
    // A definition near the right edge opens to the left.
    const place = () => {
      const tip = term.nextElementSibling;
      tip.style.left = "0";
      const over = tip.getBoundingClientRect().right - document.documentElement.clientWidth + 10;
      if (over > 0) tip.style.left = -over + "px";
    };
    term.addEventListener("mouseenter", place);
    term.addEventListener("focus", place);

    // A tap does not focus a button on every phone.
    term.addEventListener("click", () => term.focus());
  }
}
