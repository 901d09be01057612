"""Words that several figures have on their axes, and the font that has the Chinese ones."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib import font_manager

from linreg_course.language import Text

STEP = Text(en="step", zh="步")
LOSS = Text(en="loss", zh="损失")
W_ERROR = Text(en="w error", zh="w的误差")
LABEL_Y = Text(en="label y", zh="标签y")
PREDICTION = Text(en="prediction y_hat", zh="预测y_hat")
EXAMPLE_ID = Text(en="example id", zh="样本编号")
POSITION = Text(en="position in the pass", zh="本轮中的位置")
LEAST_SQUARES = Text(en="least squares", zh="最小二乘")
DIVERGES = Text(en="diverges", zh="发散")
LAYER = Text(en="layer", zh="层")
FITTED_B = Text(en="fitted b - 4.2", zh="拟合的b - 4.2")

FONT = Path(__file__).with_name("NotoSansSC-subset.ttf")


def use_chinese_font() -> None:
    """Let matplotlib take from `FONT` what its own font does not have."""
    font_manager.fontManager.addfont(FONT)
    families = matplotlib.rcParams["font.family"]
    name = font_manager.FontProperties(fname=FONT).get_name()
    if name not in families:
        matplotlib.rcParams["font.family"] = [*families, name]
