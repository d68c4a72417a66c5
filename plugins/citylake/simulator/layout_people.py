"""Forms of the exports about people and enterprises."""

from __future__ import annotations

from citylake.simulator.forms import Layout, fields_of

PEOPLE = (
    Layout(
        "public_security__resident_register",
        "户籍人口信息",
        "csv",
        "daily",
        fields_of("""
        person_register_no 人口标识 code
        resident_id 公民身份号码 id
        person_name 姓名 text
        sex 性别 list:sex
        ethnicity 民族 text
        birth_date 出生日期 date
        death_date 死亡日期 date
        marital_status_code 婚姻状况 text
        household_no 户编码 code
        address 户籍详址 text
        address_code 人口地址编码 code
        household_division_code 户籍所在地区划 code
        change_type_code 变动类别 text
        changed_date 变动日期 date
        status 注销状态 list:register_status
        updated_at 数据更新时间 timestamp
    """),
        encoding="gb18030",
    ),
    Layout(
        "human_resources__insured_persons",
        "社会保险参保人员",
        "csv",
        "monthly",
        fields_of("""
        person_no 个人编号 code
        resident_id 社会保障号码 id
        person_name 姓名 text
        sex 性别 list:sex
        birth_date 出生日期 date
        phone 手机号码 code
        insurance_type_code 险种类型 list:social_insurance_type
        status 参保状态 list:insured_status
        unit_no 单位编号 code
        uscc 统一社会信用代码 uscc
        entity_name 单位名称 text
        insured_division_code 参保地区划 code
        valid_from_date 参保起始日期 date
        valid_to_date 参保终止日期 date
        updated_at 经办时间 timestamp
    """),
        encoding="gb18030",
    ),
    Layout(
        "human_resources__social_security_cards",
        "社会保障卡持卡信息",
        "csv",
        "monthly",
        fields_of("""
        certificate_type_code 证照类型代码 text
        certificate_no 社会保障卡号 code
        person_no 人员编号 code
        resident_id 社会保障号码 id
        person_name 姓名 text
        card_type_code 卡类别 text
        issuing_division_code 发卡地 code
        bank_code 合作银行 text
        issued_date 发卡日期 date
        valid_to_date 卡有效期 date
        is_activated 是否启用 bool
        status 卡状态 list:card_status
        updated_at 更新时间 timestamp
    """),
        encoding="gb18030",
    ),
    Layout(
        "human_resources__electronic_card_issuance",
        "电子社保卡签发日志",
        "jsonl",
        "daily",
        fields_of("""
        issue_id 签发流水号 code
        person_no 人员编号 code
        resident_id 社会保障号码 id
        certificate_no 社会保障卡号 code
        issue_type_code 业务类型 list:issue_type
        channel_code 签发渠道 list:card_channel
        issued_at 签发时间 timestamp
        issuing_division_code 发卡地 code
        status 状态 text
        updated_at 更新时间 timestamp
    """),
    ),
    Layout(
        "medical_insurance__insured_persons",
        "基本医疗保险参保人员",
        "parquet",
        "monthly",
        fields_of("""
        stat_month 统计月 month
        person_no 人员编号 code
        resident_id 证件号码 id
        person_name 姓名 text
        insurance_type_code 险种类型 list:medical_insurance_type
        person_category_code 人员类别 text
        status 参保状态 list:insured_status
        insured_division_code 参保地区划代码 code
        uscc 参保单位信用代码 uscc
        entity_name 参保单位名称 text
        valid_from_date 参保开始日期 date
        valid_to_date 参保终止日期 date
        is_paid 是否到账 bool
        updated_at 更新时间 timestamp
    """),
    ),
    Layout(
        "medical_insurance__voucher_activations",
        "医保电子凭证激活日志",
        "jsonl",
        "daily",
        fields_of("""
        activation_id 激活流水号 code
        person_no 人员编号 code
        resident_id 证件号码 id
        activation_type_code 业务类型 list:activation_type
        channel_code 激活渠道 list:card_channel
        activated_at 激活时间 timestamp
        insured_division_code 参保地区划代码 code
        is_on_behalf 是否代办(亲情账户) bool
        status 状态 text
        updated_at 更新时间 timestamp
    """),
    ),
)

ENTERPRISES = (
    Layout(
        "market_supervision__enterprises",
        "企业登记信息",
        "csv",
        "daily",
        fields_of("""
        entity_record_no 主体身份代码 code
        uscc 统一社会信用代码 uscc
        registration_no 注册号 code
        entity_name 企业名称 text
        entity_type 市场主体类型 text
        legal_representative_name 法定代表人 text
        legal_representative_id 法定代表人证件号码 id
        registered_capital_cny 注册资本(万元) decimal
        address 住所 text
        street_code 所属街道 code
        industry_code 行业代码 code
        established_date 成立日期 date
        revoked_date 注销吊销日期 date
        valid_to_date 营业期限止 date
        status 登记状态 list:enterprise_status
        updated_at 更新时间 timestamp
    """),
        encoding="gb18030",
    ),
    Layout(
        "tax__taxpayers",
        "税务登记信息",
        "csv",
        "monthly",
        fields_of("""
        tax_registration_no 纳税人识别号 code
        uscc 社会信用代码 uscc
        entity_name 纳税人名称 text
        legal_representative_name 法定代表人姓名 text
        legal_representative_id 法定代表人身份证件号码 id
        taxpayer_type_code 登记注册类型 text
        industry_code 国标行业 code
        address 生产经营地址 text
        street_code 街道乡镇 code
        tax_authority_code 主管税务机关 text
        registered_date 登记日期 date
        revoked_date 注销日期 date
        status 纳税人状态 list:taxpayer_status
        updated_at 更新时间 timestamp
    """),
        encoding="gb18030",
    ),
    Layout(
        "industry__cloud_enterprises",
        "企业上云登记信息",
        "csv",
        "monthly",
        fields_of("""
        uscc 统一社会信用代码 uscc
        entity_name 企业名称 text
        cloud_provider 云服务商 text
        cloud_service_type_code 上云类型 text
        first_cloud_date 首次上云日期 date
        last_used_month 最近使用月份 month
        industry_code 行业代码 code
        division_code 区划代码 code
        reported_by 填报单位 text
        status 状态 list:cloud_status
        updated_at 更新时间 timestamp
    """),
        encoding="gb18030",
    ),
)
